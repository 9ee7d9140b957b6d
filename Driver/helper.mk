# needletail-helper.dll, what an emulated process has native code do: the adapter library's glue and decisions, and functions
# for rundll32. Carried by the libraries for processors that are emulated; run by `make dll` before they are linked. The one
# for x86-64 runs in Tests/NTEmulation/Wine; the one for ARM64 is compiled, linked and held to the same rules.
#   make -f Driver/helper.mk helper

ARCH ?= x86_64 aarch64
ifneq ($(words $(ARCH)),1)
.PHONY: helper $(ARCH)
helper: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Driver/helper.mk ARCH=$@ helper
else

# What it is made of; the library itself comes later.
include Driver/library.mk

HELPER := Driver/Helper
HELPER_OUT := build/helper/$(ARCH)
.PHONY: helper
helper: $(HELPER_OUT)/checked

$(HELPER_OUT)/glue/%.obj: $(HELPER)/Glue/%.c $(wildcard $(LIBRARY)/Glue/*/*.h $(LIBRARY)/Include/*.h) Driver/helper.mk
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -fstack-usage -c -o $@ $<
$(HELPER_OUT)/helper.res: Driver/Package/resources.py $(filter %.inf,$(PACKAGE))
	@mkdir -p $(@D)
	@python3 $< $@ needletail-helper.dll "Needletail native helper" $(VERSION)

HELPER_OBJECTS := $(OBJECTS) $(GLUE) $(HELPER_OUT)/glue/entry.obj
HELPER_IMPORTS := $(patsubst $(HELPER)/Imports/%.def,$(HELPER_OUT)/imports/%.lib,$(wildcard $(HELPER)/Imports/*.def))
$(HELPER_OUT)/imports/%.lib: $(HELPER)/Imports/%.def
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $(HELPER_OUT)/imports/llvm-dlltool
	@$(HELPER_OUT)/imports/llvm-dlltool -m $(MACHINE) -d $< -l $@

HELPER_LINK = $(TOOLS)lld-link -lldmingw /dll /subsystem:windows,10.0 /entry:DllMain /nodefaultlib /dynamicbase /nxcompat \
  $(link_$(ARCH)) /release /Brepro /opt:ref /opt:icf /def:$(HELPER)/helper.def /noimplib
# What it does not use of the library is looked for all the same, before it is left out.
HELPER_PARTS := $(HELPER_OBJECTS) $(IMAGE)/stamp.obj $(HELPER_OUT)/helper.res $(HELPER_IMPORTS) $(IMPORTS)
$(HELPER_OUT)/needletail-helper.dll: $(HELPER_PARTS) $(HELPER)/helper.def
	@$(HELPER_LINK) /lldmap:$(HELPER_OUT)/helper.map /out:$@ $(HELPER_PARTS)
	@echo "helper $(ARCH) needletail-helper.dll, $$(stat -c %s $@) bytes"

# Linked once more, it is the same to the byte.
$(HELPER_OUT)/checked: $(HELPER_OUT)/needletail-helper.dll Driver/Checks/user.sh
	@mkdir -p $(HELPER_OUT)/again
	@$(HELPER_LINK) /out:$(HELPER_OUT)/again/needletail-helper.dll $(HELPER_PARTS)
	@cmp $(HELPER_OUT)/needletail-helper.dll $(HELPER_OUT)/again/needletail-helper.dll
	@OBJDUMP=$(TOOLS)llvm-objdump Driver/Checks/user.sh $(HELPER_OUT) $(ARCH) needletail-helper.dll $(HELPER)/Imports \
	  $(HELPER)/helper.def
	@touch $@
endif
