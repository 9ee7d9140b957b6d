# needletail.dll, the adapter library for Windows: the decisions as Embedded Swift, the glue, and the driver's package as
# resources. Run by `make dll`: for all processors, or for ARCH. The x86-64 library runs in Tests/NTEmulation/Wine; those
# for ARM64 and x86 are compiled, linked and held to the same rules, and have never run.

ARCH ?= x86_64 aarch64 i686
ifneq ($(words $(ARCH)),1)
.PHONY: all $(ARCH)
all: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Driver/library.mk ARCH=$@
else

include Sources/Modules.mk
include Driver/windows.mk

DRIVER := build/driver/$(ARCH)
OUTPUT := build/library/$(ARCH)
# Where the library is linked, and what it carries. Libraries for tests carry other packages.
IMAGE ?= $(OUTPUT)
PACKAGE ?= $(addprefix $(DRIVER)/needletail.,inf sys cat)
LIBRARY := Driver/Library
FLAGS += $(no_heap_$(ARCH)) -target $(triple_$(ARCH))

.PHONY: all
all: $(OUTPUT)/checked
.DELETE_ON_ERROR:
.SECONDARY:

# The decisions, and what makes C functions of them.
$(OUTPUT)/AdapterManagement.ll: $(wildcard Sources/AdapterManagement/*.swift)
$(OUTPUT)/LibraryShell.ll: $(wildcard $(LIBRARY)/Shell/*.swift) $(wildcard $(LIBRARY)/Include/*) $(OUTPUT)/AdapterManagement.ll
$(OUTPUT)/%.ll: Sources/Modules.mk Driver/library.mk
	@mkdir -p $(@D)
	@echo "library $(ARCH) $*"
	@swiftc $(FLAGS) -I $(OUTPUT) -I $(LIBRARY)/Include -module-name $* -emit-module \
	  -emit-module-path $(OUTPUT)/$*.swiftmodule -emit-ir -o $@ $(filter %.swift,$^)
$(OUTPUT)/%.obj: $(OUTPUT)/%.ll Driver/retarget.sed Driver/windows.mk
	@$(RETARGET) $< > $(OUTPUT)/$*.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -fstack-usage \
	  -c -o $@ $(OUTPUT)/$*.windows.ll

# The version of the package is the INF's.
DRIVER_VERSION = $(shell sed -n 's/^DriverVer = //p' $(filter %.inf,$(PACKAGE)))
VERSION = $(lastword $(subst $(comma), ,$(DRIVER_VERSION)))
comma := ,
# How long a helper may take, in milliseconds.
HELPER_LIMIT ?= 180000
$(IMAGE)/stamp.obj: $(filter %.inf,$(PACKAGE)) Driver/library.mk
	@mkdir -p $(@D)
	@echo 'const unsigned short own_version[] = u"$(DRIVER_VERSION)"; const unsigned long helper_limit_ms = $(HELPER_LIMIT);' | \
	  $(CLANG) -target $(TARGET) -c -x c - -o $@
# Where the library may be emulated, it carries what the system's own processor takes: NAME=FILE.
CARRIED ?= $(foreach n,$(natives_$(ARCH)),$(call carried,$n,build/driver/$n/needletail,build/helper/$n))
# $(call carried,processor,its package without the dot,its helper's folder)
carried = $(foreach f,inf sys cat,$(windows_$1)-needletail.$f=$2.$f) $(windows_$1)-needletail-helper.dll=$3/needletail-helper.dll
$(IMAGE)/needletail.res: Driver/Package/resources.py $(PACKAGE) $(foreach c,$(CARRIED),$(lastword $(subst =, ,$c)))
	@mkdir -p $(@D)
	@python3 $< $@ needletail.dll "Needletail adapter library" $(VERSION) $(PACKAGE) $(CARRIED)

# The glue, for Windows 10.
GLUE := $(patsubst $(LIBRARY)/Glue/%.c,$(OUTPUT)/glue/%.obj,$(wildcard $(LIBRARY)/Glue/*/*.c))
GLUE_FLAGS := -target $(TARGET) -isystem $(MINGW) -std=gnu11 -O2 -fno-stack-protector -mno-stack-arg-probe \
  -fno-builtin-memset -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=0 -f$(if $(tables_$(ARCH)),no-)asynchronous-unwind-tables \
  -ffunction-sections -fno-ident -Wall -Wextra -Werror '-Wno-\#warnings' -Wno-pragma-pack -Wno-ignored-attributes
$(OUTPUT)/glue/%.obj: $(LIBRARY)/Glue/%.c $(wildcard $(LIBRARY)/Glue/*/*.h $(LIBRARY)/Include/*.h) Driver/library.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

# Import libraries of the lists of what may be imported. On x86 a function's name ends with the size of its arguments, as
# the compiler knows it from the prototype.
OBJECTS := $(OUTPUT)/AdapterManagement.obj $(OUTPUT)/LibraryShell.obj
IMPORTS := $(patsubst $(LIBRARY)/Imports/%.def,$(OUTPUT)/imports/%.lib,$(wildcard $(LIBRARY)/Imports/*.def))
$(OUTPUT)/imports/%.lib: $(LIBRARY)/Imports/%.def $(OBJECTS) $(GLUE)
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(OUTPUT)/imports/llvm-dlltool
	@$(if $(filter i686,$(ARCH)),$(NM) -u $(OBJECTS) $(GLUE) | sed -nE 's/^ *U (__imp_)?_(.*)@([0-9]*)$$/\2 \3/p' | \
	  awk 'NR == FNR { size[$$1] = $$2; next } ($$1 in size) { $$1 = $$1 "@" size[$$1] } { print }' - $< > $(OUTPUT)/imports/$*.def, \
	  cp $< $(OUTPUT)/imports/$*.def)
	@$(OUTPUT)/imports/llvm-dlltool -m $(MACHINE) -d $(OUTPUT)/imports/$*.def -l $@

LINK = $(TOOLS)lld-link -lldmingw /dll /subsystem:windows,10.0 /entry:DllMain /nodefaultlib /dynamicbase /nxcompat \
  $(link_$(ARCH)) /release /Brepro /opt:ref /opt:icf /def:$(LIBRARY)/needletail.def /noimplib
PARTS := $(OBJECTS) $(GLUE) $(IMAGE)/stamp.obj $(IMAGE)/needletail.res $(IMPORTS)
$(IMAGE)/needletail.dll: $(PARTS) $(LIBRARY)/needletail.def
	@$(LINK) /lldmap:$(IMAGE)/needletail.map /out:$@ $(PARTS)
	@echo "library $(ARCH) needletail.dll, $$(stat -c %s $@) bytes"

# Linked once more, it is the same to the byte.
$(OUTPUT)/checked: $(OUTPUT)/needletail.dll Driver/Checks/user.sh
	@mkdir -p $(OUTPUT)/again
	@$(LINK) /out:$(OUTPUT)/again/needletail.dll $(PARTS)
	@cmp $(OUTPUT)/needletail.dll $(OUTPUT)/again/needletail.dll
	@OBJDUMP=$(TOOLS)llvm-objdump Driver/Checks/user.sh $(OUTPUT) $(ARCH) needletail.dll $(LIBRARY)/Imports $(LIBRARY)/needletail.def
	@cp $(LIBRARY)/Include/needletail.h $(OUTPUT)
	@touch $@
endif
