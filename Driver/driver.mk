# The Windows driver, cross-compiled: the core and the shell as Embedded Swift, turned into Windows objects.
# Run by `make driver`.

OUTPUT := build/driver/x86_64
TABLE := Sources/Modules
SHELL_SOURCES := Driver/Kernel/Shell
SHELL_HEADERS := Driver/Kernel/Include

TOOLS := $(dir $(realpath $(shell command -v swiftc)))
CLANG := $(or $(wildcard $(TOOLS)clang),clang)
NM := $(or $(wildcard $(TOOLS)llvm-nm),llvm-nm)
TARGET := x86_64-w64-windows-gnu

CORE := $(shell awk '/^[A-Za-z]/ && $$2 == "core" { print $$1 }' $(TABLE))
VECTOR := CryptographySSSE3 CryptographyAVX2
CORE_IMPORTS := $(shell awk '/^[A-Za-z]/ && $$2 == "core" { for (i = 3; i <= NF; i++) print $$i }' $(TABLE))
C_MODULES := $(filter $(CORE_IMPORTS),$(shell awk '/^[A-Za-z]/ && $$2 == "c" { print $$1 }' $(TABLE)))
# The cipher for particular vector instructions: objects only. No module may find them, because in Embedded Swift their
# code could be inlined where these instructions must not be used; the shell calls them through C symbols.
MODULES := $(CORE) DriverShell
OBJECTS = $(MODULES:%=$(OUTPUT)/%.obj) $(VECTOR:%=$(OUTPUT)/%.obj)
# Their instructions, as Package.swift names them.
vector_flags = $(shell tr -d '\n' < Package.swift | grep -o 'vectorKernel. *"$1",[^]]*' | grep -o '"-m[^"]*"' \
  | sed 's/"//g; s/^/-Xcc /')

# As for the core (Tests/Embedded): no heap, and every trap a call of a function of ours.
FLAGS := -swift-version 6 -strict-memory-safety -warnings-as-errors -wmo -parse-as-library -O -no-allocations \
  -target x86_64-unknown-none-elf \
  -enable-experimental-feature Embedded -enable-experimental-feature Extern -enable-experimental-feature Lifetimes \
  -enable-experimental-feature AddressableParameters \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -package-name needletail \
  -Xfrontend -trap-function -Xfrontend swift_panic
export SWIFT_BACKTRACE := enable=no

.PHONY: all always
all: $(OUTPUT)/checked
.DELETE_ON_ERROR:
.SECONDARY:

C_MAP := $(OUTPUT)/include/module.modulemap
C_HEADERS := $(foreach m,$(C_MODULES),$(wildcard Sources/$m/include/*.h)) $(wildcard $(SHELL_HEADERS)/shell/*)
$(C_MAP): $(TABLE)
	@mkdir -p $(@D)
	@for m in $(C_MODULES); do \
	  echo "module $$m { umbrella \"$(CURDIR)/Sources/$$m/include\" export * }"; done > $@

# The modules of one that are below it, and where its sources lie.
below = $(filter $(MODULES),$(shell awk '$$1 == "$1" { $$1 = $$2 = ""; print }' $(TABLE)))
sources = $(if $(filter DriverShell,$1),$(SHELL_SOURCES),Sources/$1)

# $(call swift_module,module,flags): intermediate code, and a module file if the flags ask for it, then the object.
define swift_module
$(OUTPUT)/$1.files: always
	@mkdir -p $$(@D)
	@find -L $(call sources,$1) -name '*.swift' | LC_ALL=C sort > $$@.tmp
	@cmp -s $$@.tmp $$@ && rm $$@.tmp || mv $$@.tmp $$@
$(OUTPUT)/$1.ll: $(OUTPUT)/$1.files $(shell find -L $(call sources,$1) -name '*.swift') $(C_MAP) $(C_HEADERS) \
    $(foreach d,$(call below,$1),$(OUTPUT)/$d.ll)
	@echo "driver $1"
	@swiftc $(FLAGS) $2 -I $(OUTPUT) -I $(OUTPUT)/include -I $(SHELL_HEADERS)/shell -module-name $1 \
	  -emit-ir -o $$@ @$(OUTPUT)/$1.files
$(OUTPUT)/$1.obj: $(OUTPUT)/$1.ll Driver/retarget.sed
	@sed -E -f Driver/retarget.sed $$< > $(OUTPUT)/$1.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -fstack-usage -c -o $$@ $(OUTPUT)/$1.windows.ll
endef
$(foreach m,$(MODULES),$(eval $(call swift_module,$m,-emit-module -emit-module-path $(OUTPUT)/$m.swiftmodule)))
$(foreach m,$(VECTOR),$(eval $(call swift_module,$m,$(call vector_flags,$m))))

# The glue, and import libraries made of the lists of what may be imported: nothing else can be.
GLUE := $(patsubst Driver/Kernel/Glue/%.c,$(OUTPUT)/glue/%.obj,$(wildcard Driver/Kernel/Glue/*.c))
GLUE_HEADERS := $(wildcard Driver/Kernel/Glue/*.h $(SHELL_HEADERS)/*/*.h)
IMPORTS := $(patsubst Driver/Kernel/Imports/%.def,$(OUTPUT)/imports/%.lib,$(wildcard Driver/Kernel/Imports/*.def))
MINGW := $(firstword $(wildcard /usr/x86_64-w64-mingw32))
# What the system's headers warn of is not ours to mend.
GLUE_FLAGS := -target $(TARGET) --sysroot=$(MINGW) -I $(SHELL_HEADERS) -isystem $(MINGW)/include/ddk -std=gnu11 -O2 \
  -ffreestanding -fasynchronous-unwind-tables -ffunction-sections -fno-ident -Wall -Wextra -Werror '-Wno-\#warnings'

$(OUTPUT)/glue/%.obj: Driver/Kernel/Glue/%.c $(GLUE_HEADERS) Driver/driver.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

$(OUTPUT)/imports/%.lib: Driver/Kernel/Imports/%.def
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(OUTPUT)/imports/llvm-dlltool
	@$(OUTPUT)/imports/llvm-dlltool -m i386:x86-64 -d $< -l $@

# -lldmingw: keeps the unwind tables of functions that lie in sections of their own.
LINK = $(TOOLS)lld-link -lldmingw /driver /subsystem:native,10.0 /entry:DriverEntry /nodefaultlib /dynamicbase /nxcompat \
  /highentropyva /integritycheck /release /Brepro /opt:ref /opt:icf

$(OUTPUT)/needletail.sys: $(OBJECTS) $(GLUE) $(IMPORTS)
	@$(LINK) /lldmap:$(OUTPUT)/needletail.map /out:$@ $^
	@echo "driver needletail.sys, $$(stat -c %s $@) bytes"

# Linked once more, it is the same to the byte.
$(OUTPUT)/checked: $(OUTPUT)/needletail.sys Driver/Checks/image.sh Driver/Checks/vectors.sh
	@$(LINK) /out:$(OUTPUT)/again.sys $(OBJECTS) $(GLUE) $(IMPORTS)
	@cmp $(OUTPUT)/needletail.sys $(OUTPUT)/again.sys
	@Driver/Checks/image.sh $(OUTPUT)
	@Driver/Checks/vectors.sh $(OUTPUT)
	@cp Driver/Kernel/needletail.inf $(OUTPUT)
	@touch $@
