# The Windows driver, cross-compiled: the core and the shell as Embedded Swift, turned into Windows objects.
# Run by `make driver`: for all processors, or for ARCH. The x86-64 driver runs in Tests/NTEmulation; those for ARM64 and
# x86 are compiled, linked and held to the same rules, and have never run.

ARCH ?= x86_64 aarch64 i686
ifneq ($(words $(ARCH)),1)
.PHONY: all $(ARCH)
all: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Driver/driver.mk ARCH=$@
else

include Sources/Modules.mk
include Driver/windows.mk

OUTPUT := build/driver/$(ARCH)
SHELL_SOURCES := Driver/Kernel/Shell
SHELL_HEADERS := Driver/Kernel/Include
# The cipher for particular vector instructions: objects only. No module may find them, because in Embedded Swift their
# code could be inlined where these instructions must not be used; the shell calls them through C symbols.
vector_x86_64 := CryptographySSSE3 CryptographyAVX2
VECTOR := $(vector_$(ARCH))
MODULES := $(CORE) DriverShell
OBJECTS = $(MODULES:%=$(OUTPUT)/%.obj) $(VECTOR:%=$(OUTPUT)/%.obj)
# For each processor: the lists of what may be imported.
imports_x86_64 := Driver/Kernel/Imports Driver/Kernel/Imports/x86_64
imports_aarch64 := Driver/Kernel/Imports
imports_i686 := Driver/Kernel/Imports/i686
# A driver for x86 must ask the kernel before it touches a vector register.
flags_i686 := -mno-sse -mno-mmx

LISTS := $(imports_$(ARCH))
FLAGS += $(no_heap_$(ARCH)) $(addprefix -Xcc ,$(flags_$(ARCH))) -target $(triple_$(ARCH))

.PHONY: all always
all: $(OUTPUT)/checked
.DELETE_ON_ERROR:
.SECONDARY:

C_MAP := $(OUTPUT)/include/module.modulemap
$(eval $(call c_map,$(C_MAP)))
HEADERS := $(C_HEADERS) $(wildcard $(SHELL_HEADERS)/shell/*)

# The modules of one that are below it, and where its sources lie.
below = $(filter $(MODULES),$(call imports,$1))
sources = $(if $(filter DriverShell,$1),$(SHELL_SOURCES),Sources/$1)

# $(call swift_module,module,flags): intermediate code, and a module file if the flags ask for it, then the object.
define swift_module
$(OUTPUT)/$1.files: always
	@mkdir -p $$(@D)
	@new=$$@.$$$$$$$$; find -L $(call sources,$1) -name '*.swift' | LC_ALL=C sort > $$$$new; \
	  cmp -s $$$$new $$@ && rm $$$$new || mv $$$$new $$@
$(OUTPUT)/$1.ll: $(OUTPUT)/$1.files $(shell find -L $(call sources,$1) -name '*.swift') $(C_MAP) $(HEADERS) \
    $(foreach d,$(call below,$1),$(OUTPUT)/$d.ll)
	@echo "driver $(ARCH) $1"
	@swiftc $(FLAGS) $2 -I $(OUTPUT) -I $(OUTPUT)/include -I $(SHELL_HEADERS)/shell -module-name $1 \
	  -emit-ir -o $$@ @$(OUTPUT)/$1.files
$(OUTPUT)/$1.obj: $(OUTPUT)/$1.ll Driver/retarget.sed Driver/driver.mk
	@$(RETARGET) $$< > $(OUTPUT)/$1.windows.ll
	@$(CLANG) -target $(TARGET) $(flags_$(ARCH)) -O2 -ffunction-sections -fdata-sections -Wno-override-module -fstack-usage \
	  -c -o $$@ $(OUTPUT)/$1.windows.ll
endef
$(foreach m,$(MODULES),$(eval $(call swift_module,$m,-emit-module -emit-module-path $(OUTPUT)/$m.swiftmodule)))
$(foreach m,$(VECTOR),$(eval $(call swift_module,$m,$(call vector_flags,$m))))

# The glue, and import libraries made of the lists of what may be imported: nothing else can be.
GLUE := $(patsubst Driver/Kernel/Glue/%.c,$(OUTPUT)/glue/%.obj,$(wildcard Driver/Kernel/Glue/*.c))
GLUE_HEADERS := $(wildcard Driver/Kernel/Glue/*.h $(SHELL_HEADERS)/*/*.h)
IMPORTS := $(patsubst Driver/Kernel/Imports/%.def,$(OUTPUT)/imports/%.lib,$(wildcard $(LISTS:%=%/*.def)))
# What the system's headers warn of is not ours to mend. A kernel stack is committed whole: nobody needs to probe it.
GLUE_FLAGS := -target $(TARGET) $(flags_$(ARCH)) -I $(SHELL_HEADERS) -I $(SHELL_HEADERS)/$(ARCH) \
  -isystem $(MINGW) -isystem $(MINGW)/ddk -std=gnu11 -O2 -ffreestanding -mno-stack-arg-probe \
  -f$(if $(tables_$(ARCH)),no-)asynchronous-unwind-tables -ffunction-sections -fno-ident -Wall -Wextra -Werror '-Wno-\#warnings'

$(OUTPUT)/glue/%.obj: Driver/Kernel/Glue/%.c $(GLUE_HEADERS) Driver/driver.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

$(OUTPUT)/imports/%.lib: Driver/Kernel/Imports/%.def Driver/driver.mk
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(OUTPUT)/imports/llvm-dlltool
	@$(OUTPUT)/imports/llvm-dlltool -m $(MACHINE) -d $< -l $@

# -lldmingw: keeps the unwind tables of functions that lie in sections of their own.
LINK = $(TOOLS)lld-link -lldmingw /driver /subsystem:native,10.0 /entry:DriverEntry /nodefaultlib /dynamicbase /nxcompat \
  $(link_$(ARCH)) /integritycheck /release /Brepro /opt:ref /opt:icf

# What a program is told of a running driver is the version of its file, and that is the INF's.
INF := Driver/Kernel/needletail.inf
VERSION := $(shell sed -n 's/^DriverVer = .*,//p' $(INF))
RESOURCES := $(OUTPUT)/needletail.res
$(RESOURCES): Driver/Package/resources.py Driver/Kernel/needletail.inf
	@python3 $< $@ needletail.sys "Needletail driver" $(VERSION)

$(OUTPUT)/needletail.sys: $(OBJECTS) $(GLUE) $(RESOURCES) $(IMPORTS)
	@$(LINK) /lldmap:$(OUTPUT)/needletail.map /out:$@ $^
	@echo "driver $(ARCH) needletail.sys, $$(stat -c %s $@) bytes"

$(OUTPUT)/layout: Driver/Checks/layout.sh Driver/Checks/layout.c $(HEADERS)
	@mkdir -p $(@D)
	@Driver/Checks/layout.sh $(CLANG) $(triple_$(ARCH)) $(TARGET) $(OUTPUT)
	@touch $@

# How deep calls go, on the processor that has run: and a driver that goes too deep must be found.
ifeq ($(ARCH),x86_64)
DEPTH := $(OUTPUT)/depth
endif
CANARY := $(OUTPUT)/canary/glue/canary
$(CANARY).obj: Driver/Checks/canary.c Driver/driver.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -c -o $@ $<
$(OUTPUT)/depth: export OBJDUMP = $(TOOLS)llvm-objdump
$(OUTPUT)/depth: $(OUTPUT)/needletail.sys $(CANARY).obj Driver/Checks/depth.py Driver/Checks/calls
	@python3 Driver/Checks/depth.py $(OUTPUT)/needletail.sys $(OUTPUT)/needletail.map Driver/Checks/calls > $@.tmp || \
	  { grep -v ' of .*  ' $@.tmp; exit 1; }
	@$(LINK) /include:canary /lldmap:$(CANARY).map /out:$(CANARY).sys $(OBJECTS) $(GLUE) $(IMPORTS) $(CANARY).obj
	@! python3 Driver/Checks/depth.py $(CANARY).sys $(CANARY).map Driver/Checks/calls > $(CANARY).depth 2>&1 && \
	  grep -q '^depth: canary goes' $(CANARY).depth || { echo "depth: the canary was not found"; exit 1; }
	@mv $@.tmp $@
	@echo "depth: $$(wc -l < $@) entries, the deepest (all in $@):"
	@sort -rn $@ | head -4 | cut -d'>' -f1,2

# Linked once more, it is the same to the byte.
$(OUTPUT)/checked: $(OUTPUT)/needletail.sys $(OUTPUT)/layout $(DEPTH) Driver/Checks/image.sh Driver/Checks/vectors.sh
	@$(LINK) /out:$(OUTPUT)/again.sys $(OBJECTS) $(GLUE) $(RESOURCES) $(IMPORTS)
	@cmp $(OUTPUT)/needletail.sys $(OUTPUT)/again.sys
	@OBJDUMP=$(TOOLS)llvm-objdump Driver/Checks/image.sh $(OUTPUT) $(ARCH) $(LISTS)
	@$(if $(VECTOR),Driver/Checks/vectors.sh $(OUTPUT))
	@touch $@

# The package: the INF, held to the rules and to the project's version; the catalog of it and the driver, of the date of
# the INF. The catalog is not signed yet, and nor is the driver. What makes it is built by `make driver`. A release is made
# with PREVIOUS_DRIVER_VERSION, DriverVer of the one before: Windows gives machines no package that is not newer.
DRIVER_PACKAGE ?= .build-tools/debug/driver-package
PROJECT_VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/needletaild/Needletaild.swift)
CATALOG_TIME = $(shell date -u -d "$$(sed -n 's/^DriverVer = \(.*\),.*/\1/p' $(INF))" +%s)
all: $(OUTPUT)/needletail.cat
$(OUTPUT)/needletail.inf: $(INF) Sources/needletaild/Needletaild.swift $(wildcard Sources/DriverPackage/*/*.swift)
	@mkdir -p $(@D)
	@$(DRIVER_PACKAGE) lint --platform amd64 --platform arm64 --platform x86 --version "$(PROJECT_VERSION)" \
	  $(if $(PREVIOUS_DRIVER_VERSION),--previous "$(PREVIOUS_DRIVER_VERSION)") $(INF)
	@cp $(INF) $@
$(OUTPUT)/needletail.cat: $(OUTPUT)/needletail.inf $(OUTPUT)/needletail.sys
	@$(DRIVER_PACKAGE) catalog --time $(CATALOG_TIME) --output $@ $<
	@echo "driver $(ARCH) needletail.cat, $$(stat -c %s $@) bytes, not signed"
endif
