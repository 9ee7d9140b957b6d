# needletail.exe, the program for Windows: the adapter library's decisions, glue and driver package; the grammar of files
# and the program's own decisions as Embedded Swift with a heap; glue. Run by `make exe`: for all processors, or for ARCH.
# The x86-64 program runs in Tests/NTEmulation/Wine; those for ARM64 and x86 are compiled, linked and held to the same
# rules, and have never run.

ARCH ?= x86_64 aarch64 i686
ifneq ($(words $(ARCH)),1)
.PHONY: all $(ARCH)
all: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Driver/program.mk ARCH=$@
else

# What both are made of; its own target is made by `make dll` before.
include Driver/library.mk

PROGRAM := Driver/Program
PROGRAM_OUT := build/program/$(ARCH)
# Where the program is linked; what is signed carries a package that is signed.
PROGRAM_IMAGE ?= $(PROGRAM_OUT)
# In this order, each above those it imports.
PROGRAM_MODULES := Octets Timeline Containers Cryptography ControlProtocol ConfigurationFile ControlRecords Signatures RolloutMetadata Rollout \
  WindowsTunnel ProgramShell
program_sources = $(if $(filter ProgramShell,$1),$(PROGRAM)/Shell,Sources/$1)
PROGRAM_FLAGS := $(filter-out -no-allocations,$(FLAGS))

all: $(PROGRAM_OUT)/checked

PROGRAM_MAP := $(PROGRAM_OUT)/include/module.modulemap
$(eval $(call c_map,$(PROGRAM_MAP)))

define program_module
$(PROGRAM_OUT)/$1.ll: $(shell find -L $(call program_sources,$1) -name '*.swift') $(PROGRAM_MAP) $(PROGRAM)/Include/program.h \
    Driver/program.mk Sources/Modules.mk $(if $2,$(PROGRAM_OUT)/$2.ll)
	@echo "program $(ARCH) $1"
	@swiftc $(PROGRAM_FLAGS) -I $(PROGRAM_OUT) -I $(PROGRAM_OUT)/include -I $(PROGRAM)/Include -module-name $1 -emit-module \
	  -emit-module-path $(PROGRAM_OUT)/$1.swiftmodule -emit-ir -o $$@ $$(filter %.swift,$$^)
endef
below := $(empty)
$(foreach m,$(PROGRAM_MODULES),$(eval $(call program_module,$m,$(below)))$(eval below := $m))
$(PROGRAM_OUT)/%.obj: $(PROGRAM_OUT)/%.ll Driver/retarget.sed Driver/windows.mk
	@$(RETARGET) $< > $(PROGRAM_OUT)/$*.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -fstack-usage \
	  -c -o $@ $(PROGRAM_OUT)/$*.windows.ll

PROGRAM_GLUE := $(patsubst $(PROGRAM)/Glue/%.c,$(PROGRAM_OUT)/glue/%.obj,$(wildcard $(PROGRAM)/Glue/*/*.c))
$(PROGRAM_OUT)/glue/%.obj: $(PROGRAM)/Glue/%.c $(wildcard $(PROGRAM)/Glue/*/*.h $(PROGRAM)/Include/*.h $(LIBRARY)/Glue/*/*.h) Driver/program.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

# x86 has no instruction that divides 64 bits.
divide_i686 := $(PROGRAM_OUT)/glue/divide.obj
PROGRAM_GLUE += $(divide_$(ARCH))
$(PROGRAM_OUT)/glue/divide.obj: Driver/Kernel/Glue/divide.c Driver/program.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<

# The project's version, which is that of the INF without its last number.
$(PROGRAM_IMAGE)/version.obj: $(filter %.inf,$(PACKAGE)) Driver/program.mk
	@mkdir -p $(@D)
	@echo 'const char *program_version(void); const char *program_version(void) { return "$(basename $(VERSION))"; }' | \
	  $(CLANG) -target $(TARGET) -O2 -c -x c - -o $@
$(PROGRAM_IMAGE)/needletail.res: Driver/Package/resources.py $(PACKAGE)
	@mkdir -p $(@D)
	@python3 $< $@ needletail.exe "Needletail" $(VERSION) $(PACKAGE)

PROGRAM_OBJECTS := $(PROGRAM_MODULES:%=$(PROGRAM_OUT)/%.obj) $(PROGRAM_GLUE)
PROGRAM_IMPORTS := $(patsubst $(PROGRAM)/Imports/%.def,$(PROGRAM_OUT)/imports/%.lib,$(wildcard $(PROGRAM)/Imports/*.def))
$(PROGRAM_OUT)/imports/%.lib: $(PROGRAM)/Imports/%.def $(OBJECTS) $(GLUE) $(PROGRAM_OBJECTS)
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(PROGRAM_OUT)/imports/llvm-dlltool
	@$(if $(filter i686,$(ARCH)),$(NM) -u $(filter %.obj,$^) | sed -nE 's/^ *U (__imp_)?_(.*)@([0-9]*)$$/\2 \3/p' | \
	  awk 'NR == FNR { size[$$1] = $$2; next } ($$1 in size) { $$1 = $$1 "@" size[$$1] } { print }' - $< > $(PROGRAM_OUT)/imports/$*.def, \
	  cp $< $(PROGRAM_OUT)/imports/$*.def)
	@$(PROGRAM_OUT)/imports/llvm-dlltool -m $(MACHINE) -d $(PROGRAM_OUT)/imports/$*.def -l $@

PROGRAM_LINK = $(TOOLS)lld-link -lldmingw /subsystem:console,10.0 /entry:start /nodefaultlib /dynamicbase /nxcompat \
  $(link_$(ARCH)) /release /Brepro /opt:ref /opt:icf
PROGRAM_PARTS := $(PROGRAM_OBJECTS) $(OBJECTS) $(GLUE) $(IMAGE)/stamp.obj $(PROGRAM_IMAGE)/version.obj \
  $(PROGRAM_IMAGE)/needletail.res $(PROGRAM_IMPORTS)
$(PROGRAM_IMAGE)/needletail.exe: $(PROGRAM_PARTS)
	@$(PROGRAM_LINK) /lldmap:$(PROGRAM_IMAGE)/needletail.map /out:$@ $(PROGRAM_PARTS)
	@echo "program $(ARCH) needletail.exe, $$(stat -c %s $@) bytes, not signed"

# Linked once more, it is the same to the byte.
$(PROGRAM_OUT)/checked: $(PROGRAM_IMAGE)/needletail.exe Driver/Checks/user.sh
	@mkdir -p $(PROGRAM_OUT)/again
	@$(PROGRAM_LINK) /out:$(PROGRAM_OUT)/again/needletail.exe $(PROGRAM_PARTS)
	@cmp $(PROGRAM_IMAGE)/needletail.exe $(PROGRAM_OUT)/again/needletail.exe
	@OBJDUMP=$(TOOLS)llvm-objdump Driver/Checks/user.sh $(PROGRAM_OUT) $(ARCH) needletail.exe $(PROGRAM)/Imports
	@touch $@
endif
