# The core as Embedded Swift without a heap, for both kernels' processors: what the Windows driver is made of.
# Run by `make embedded`. For each architecture every core module becomes a module and an object, a small client
# instantiates what is generic (Embedded Swift diagnoses generic bodies only where they are specialised), and the
# symbols all of it leaves undefined must be on the list that the driver's C side supplies.

ARCHITECTURES := x86_64 aarch64
OUTPUT := build/embedded
TABLE := Sources/Modules

CORE := $(foreach m,$(shell awk '/^[A-Za-z]/ && $$2 == "core" { print $$1 }' $(TABLE)),$(if $(wildcard Sources/$m),$m))
CORE_IMPORTS := $(shell awk '/^[A-Za-z]/ && $$2 == "core" { for (i = 3; i <= NF; i++) print $$i }' $(TABLE))
C_MODULES := $(foreach m,$(shell awk '/^[A-Za-z]/ && $$2 == "c" { print $$1 }' $(TABLE)),$(if $(findstring $m,$(CORE_IMPORTS)),$m))

# The toolchain's own tools lie beside its compiler.
TOOLS := $(dir $(realpath $(shell command -v swiftc)))
NM := $(or $(wildcard $(TOOLS)llvm-nm),llvm-nm)

FLAGS := -swift-version 6 -strict-memory-safety -warnings-as-errors -wmo -parse-as-library -O \
  -enable-experimental-feature Embedded -enable-experimental-feature Extern -enable-experimental-feature Lifetimes \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -package-name needletail \
  -Xfrontend -trap-function -Xfrontend swift_panic
NO_HEAP := -no-allocations
triple_x86_64 := x86_64-unknown-none-elf
triple_aarch64 := aarch64-none-none-elf

# The compiler's crash handler can hang; a crash of the compiler has to end the build.
export SWIFT_BACKTRACE := enable=no

.PHONY: all always
all: $(ARCHITECTURES:%=$(OUTPUT)/%/checked)
.DELETE_ON_ERROR:
.SECONDARY:

# One map for the C modules of the core: their headers are all there is to them.
C_MAP := $(OUTPUT)/include/module.modulemap
C_HEADERS := $(foreach m,$(C_MODULES),$(wildcard Sources/$m/include/*.h))
$(C_MAP): $(TABLE) Tests/Embedded/embedded.mk
	@mkdir -p $(@D)
	@for m in $(C_MODULES); do \
	  echo "module $$m { umbrella \"$(CURDIR)/Sources/$$m/include\" export * }"; done > $@

# $(call core_module,architecture,module): module file and object of one core module in one compiler run. The list of
# files is a prerequisite too, so that a removed file rebuilds its module. The compiler leaves an object alone that
# would come out the same, so its date is set by hand.
define core_module
$(OUTPUT)/$1/$2.files: always
	@mkdir -p $$(@D)
	@find Sources/$2 -name '*.swift' | LC_ALL=C sort > $$@.tmp
	@cmp -s $$@.tmp $$@ && rm $$@.tmp || mv $$@.tmp $$@
$(OUTPUT)/$1/$2.o: $(OUTPUT)/$1/$2.files $(shell find Sources/$2 -name '*.swift') $(C_MAP) $(C_HEADERS) \
    $(foreach d,$(filter $(CORE),$(shell awk '$$1 == "$2" { $$1 = $$2 = ""; print }' $(TABLE))),$(OUTPUT)/$1/$d.o)
	@echo "embedded $1 $2"
	@swiftc $(FLAGS) $(NO_HEAP) -target $(triple_$1) -I $(OUTPUT)/$1 -I $(OUTPUT)/include -module-name $2 \
	  -emit-module -emit-module-path $(OUTPUT)/$1/$2.swiftmodule -c -o $$@ @$(OUTPUT)/$1/$2.files
	@touch $$@
endef
$(foreach a,$(ARCHITECTURES),$(foreach m,$(CORE),$(eval $(call core_module,$a,$m))))

CLIENT := $(filter-out %/Canary.swift,$(wildcard Tests/Embedded/*.swift))
$(OUTPUT)/%/Client.o: $(CLIENT) $(foreach m,$(CORE),$(OUTPUT)/%/$m.o)
	@echo "embedded $* Client"
	@swiftc $(FLAGS) $(NO_HEAP) -target $(triple_$*) -I $(OUTPUT)/$* -I $(OUTPUT)/include -module-name Client \
	  -c -o $@ $(CLIENT)
	@touch $@

$(OUTPUT)/%/Canary.o: Tests/Embedded/Canary.swift Tests/Embedded/embedded.mk
	@mkdir -p $(@D)
	@swiftc $(FLAGS) -target $(triple_$*) -module-name Canary -c -o $@ $<
	@touch $@

$(OUTPUT)/%/checked: $(foreach m,$(CORE),$(OUTPUT)/%/$m.o) $(OUTPUT)/%/Client.o $(OUTPUT)/%/Canary.o \
    Tests/Embedded/undefined Tests/Embedded/supplied-symbols
	@! NM=$(NM) Tests/Embedded/undefined $(OUTPUT)/$*/Canary.o > /dev/null || \
	  { echo "the gate let the canary's heap through"; exit 1; }
	@NM=$(NM) Tests/Embedded/undefined $(filter-out %/Canary.o,$(filter %.o,$^))
	@echo "embedded $*: $(words $(CORE)) modules, nothing undefined but what the kernel side supplies"
	@touch $@
