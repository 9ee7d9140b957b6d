# CustomActions.dll, what the Windows Installer packages run: the transactions as Embedded Swift with a heap, and the glue,
# with the adapter library's for the driver store and adapters. Run by `make msi`: for all processors, or for ARCH. The one
# for x86-64 runs in Tests/NTEmulation/Wine; those for ARM64 and x86 are compiled, linked and held to the same rules.

ARCH ?= x86_64 aarch64 i686
ifneq ($(words $(ARCH)),1)
.PHONY: all $(ARCH)
all: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Installer/actions.mk ARCH=$@
else

include Sources/Modules.mk
include Driver/windows.mk

OUTPUT := build/installer/$(ARCH)
LIBRARY := build/library/$(ARCH)
ACTIONS := Installer/CustomActions
FLAGS += -target $(triple_$(ARCH))

.PHONY: all
all: $(OUTPUT)/checked
.DELETE_ON_ERROR:
.SECONDARY:

C_MAP := $(OUTPUT)/include/module.modulemap
$(eval $(call c_map,$(C_MAP)))

# In the order of their imports. What is generic is made where it is used, so each needs those before it.
MODULES := Octets Cryptography Transaction WindowsTransaction InstallerShell
sources = $(if $(filter InstallerShell,$1),$(ACTIONS)/Shell,Sources/$1)
define swift_module
$(OUTPUT)/$1.ll: $(shell find $(call sources,$1) -name '*.swift') $2 $(C_MAP) $(C_HEADERS) \
    $(wildcard $(ACTIONS)/Include/*) Installer/actions.mk
	@mkdir -p $$(@D)
	@echo "installer $(ARCH) $1"
	@swiftc $(FLAGS) -I $(OUTPUT) -I $(OUTPUT)/include -I $(ACTIONS)/Include -module-name $1 -emit-module \
	  -emit-module-path $(OUTPUT)/$1.swiftmodule -emit-ir -o $$@ $$(filter %.swift,$$^)
endef
$(foreach m,$(MODULES),$(eval $(call swift_module,$m,$(before:%=$(OUTPUT)/%.ll)))$(eval before += $m))
$(OUTPUT)/%.obj: $(OUTPUT)/%.ll Driver/retarget.sed Driver/windows.mk
	@$(RETARGET) $< > $(OUTPUT)/$*.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -fstack-usage \
	  -c -o $@ $(OUTPUT)/$*.windows.ll

GLUE := $(patsubst $(ACTIONS)/Glue/%.c,$(OUTPUT)/glue/%.obj,$(wildcard $(ACTIONS)/Glue/*.c))
# x86 has no instruction that divides 64 bits.
divide_i686 := $(OUTPUT)/glue/divide.obj
GLUE += $(divide_$(ARCH))
GLUE_FLAGS := -target $(TARGET) -isystem $(MINGW) -std=gnu11 -O2 -fno-stack-protector -mno-stack-arg-probe \
  -fno-builtin-memset -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=0 -f$(if $(tables_$(ARCH)),no-)asynchronous-unwind-tables \
  -ffunction-sections -fno-ident -Wall -Wextra -Werror '-Wno-\#warnings' -Wno-pragma-pack -Wno-ignored-attributes
$(OUTPUT)/glue/divide.obj: Driver/Kernel/Glue/divide.c Installer/actions.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<
$(OUTPUT)/glue/%.obj: $(ACTIONS)/Glue/%.c $(wildcard $(ACTIONS)/*/*.h Driver/Library/Glue/*/*.h Driver/Library/Include/*.h) \
    Installer/actions.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

# Of the adapter library: packages, adapters, messages, memory, and the decisions about them. Not its exports.
SHARED := AdapterManagement LibraryShell $(addprefix glue/, \
  $(addprefix Package/,store snapshot kept running folder) $(addprefix Adapter/,device control orphans) \
  $(addprefix Process/,process mutex system logger guid image runtime) $(addprefix Native/,way ask place)) stamp
OBJECTS := $(MODULES:%=$(OUTPUT)/%.obj) $(GLUE) $(SHARED:%=$(LIBRARY)/%.obj)
$(SHARED:%=$(LIBRARY)/%.obj): ;

IMPORTS := $(patsubst $(ACTIONS)/Imports/%.def,$(OUTPUT)/imports/%.lib,$(wildcard $(ACTIONS)/Imports/*.def))
$(OUTPUT)/imports/%.lib: $(ACTIONS)/Imports/%.def $(OBJECTS)
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(OUTPUT)/imports/llvm-dlltool
	@$(if $(filter i686,$(ARCH)),$(NM) -u $(OBJECTS) | sed -nE 's/^ *U (__imp_)?_(.*)@([0-9]*)$$/\2 \3/p' | \
	  awk 'NR == FNR { size[$$1] = $$2; next } ($$1 in size) { $$1 = $$1 "@" size[$$1] } { print }' - $< > $(OUTPUT)/imports/$*.def, \
	  cp $< $(OUTPUT)/imports/$*.def)
	@$(OUTPUT)/imports/llvm-dlltool -m $(MACHINE) -d $(OUTPUT)/imports/$*.def -l $@

VERSION := $(shell sed -n 's/^DriverVer = .*,//p' Driver/Kernel/needletail.inf)
$(OUTPUT)/actions.res: Driver/Package/resources.py Driver/Kernel/needletail.inf
	@mkdir -p $(@D)
	@python3 $< $@ CustomActions.dll "Needletail installation" $(VERSION)

LINK = $(TOOLS)lld-link -lldmingw /dll /subsystem:windows,10.0 /entry:DllMain /nodefaultlib /dynamicbase /nxcompat \
  $(link_$(ARCH)) /release /Brepro /opt:ref /opt:icf /def:$(ACTIONS)/CustomActions.def /noimplib
PARTS := $(OBJECTS) $(OUTPUT)/actions.res $(IMPORTS)
$(OUTPUT)/CustomActions.dll: $(PARTS) $(ACTIONS)/CustomActions.def
	@$(LINK) /lldmap:$(OUTPUT)/CustomActions.map /out:$@ $(PARTS)
	@echo "installer $(ARCH) CustomActions.dll, $$(stat -c %s $@) bytes"

# Linked once more, it is the same to the byte.
$(OUTPUT)/checked: $(OUTPUT)/CustomActions.dll Installer/Checks/actions.sh
	@mkdir -p $(OUTPUT)/again
	@$(LINK) /out:$(OUTPUT)/again/CustomActions.dll $(PARTS)
	@cmp $(OUTPUT)/CustomActions.dll $(OUTPUT)/again/CustomActions.dll
	@OBJDUMP=$(TOOLS)llvm-objdump Installer/Checks/actions.sh $(OUTPUT) $(ARCH)
	@touch $@
endif
