# What every build of the core as Embedded Swift shares: the targets of Sources/Modules, the compiler's flags and a map of
# the C modules. Included by Tests/Embedded/embedded.mk and Driver/driver.mk.

TABLE := Sources/Modules

# $(call targets,kind): the targets of one kind that exist, in the order of the table.
targets = $(foreach m,$(shell awk '/^[A-Za-z]/ && $$2 == "$1" { print $$1 }' $(TABLE)),$(if $(wildcard Sources/$m),$m))
# $(call imports,target): what a target may import.
imports = $(shell awk '$$1 == "$1" { $$1 = $$2 = ""; print }' $(TABLE))
CORE := $(call targets,core)
CORE_IMPORTS := $(foreach m,$(CORE),$(call imports,$m))
C_MODULES := $(filter $(CORE_IMPORTS),$(call targets,c))

# The toolchain's own tools lie beside its compiler.
TOOLS := $(dir $(realpath $(shell command -v swiftc)))
NM := $(or $(wildcard $(TOOLS)llvm-nm),llvm-nm)

# Every trap is a call of a function of ours, and there is no heap.
FLAGS := -swift-version 6 -strict-memory-safety -warnings-as-errors -wmo -parse-as-library -O \
  -enable-experimental-feature Embedded -enable-experimental-feature Extern -enable-experimental-feature Lifetimes \
  -enable-experimental-feature AddressableParameters \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -package-name needletail \
  -Xfrontend -trap-function -Xfrontend swift_panic
# The compiler refuses what would allocate. For x86 it cannot be asked to: it takes each conversion of a word to 64 bits
# for one that makes an array, before it finds that none is made. What allocates all the same leaves symbols undefined.
no_heap_x86_64 := -no-allocations
no_heap_aarch64 := -no-allocations
triple_x86_64 := x86_64-unknown-none-elf
triple_aarch64 := aarch64-none-none-elf
triple_i686 := i686-unknown-none-elf

# $(call vector_flags,module): the instructions of a vector variant, as Package.swift names them.
vector_flags = $(shell tr -d '\n' < Package.swift | grep -o 'vectorKernel. *"$1",[^]]*' | grep -o '"-m[^"]*"' \
  | sed 's/"//g; s/^/-Xcc /')

# The compiler's crash handler can hang; a crash of the compiler has to end the build.
export SWIFT_BACKTRACE := enable=no

# One map for the C modules of the core: their headers are all there is to them. $(call c_map,file) writes it.
C_HEADERS := $(foreach m,$(C_MODULES),$(wildcard Sources/$m/include/*.h))
define c_map
$1: $(TABLE) Sources/Modules.mk
	@mkdir -p $$(@D)
	@for m in $(C_MODULES); do \
	  echo "module $$$$m { umbrella \"$(CURDIR)/Sources/$$$$m/include\" export * }"; done > $$@
endef
