# Images and programs for Wine: our ndis.sys and netio.sys over a platform.sys of Win32, and the tests' program.
#   make -f Tests/NTEmulation/Wine/wine.mk wine

include Tests/NTEmulation/emulation.mk

WINE := $(HERE)/Wine
WINE_OUT := build/nt-wine
MINGW_LIBRARIES ?= /usr/x86_64-w64-mingw32/lib
# Sources of our kernel that platform.sys has, because Wine's kernel lacks what they do.
SHIM := $(wildcard $(WINE)/Shim/*.c) $(HERE)/Images/ntoskrnl/ex/rundown.c $(HERE)/Images/ntoskrnl/io/csq.c
SHIM_FLAGS := -I$(WINE)/Shim $(KERNEL_FLAGS)
# -lldmingw: for the import libraries of binutils.
WINE_LINK := $(LINK) -lldmingw /nologo /nodefaultlib /dynamicbase /ignore:4217

.PHONY: wine
wine: $(WINE_OUT)/platform.sys $(WINE_OUT)/ndis.sys $(WINE_OUT)/netio.sys

object = $(patsubst $(HERE)/%.c,$(WINE_OUT)/objects/%.obj,$1)
libraries = $(patsubst %,$(MINGW_LIBRARIES)/lib%.a,$1)

$(WINE_OUT)/objects/Images/%.obj $(WINE_OUT)/objects/Wine/Shim/%.obj: EXTRA = $(SHIM_FLAGS)
$(WINE_OUT)/objects/Images/ndis/%.obj $(WINE_OUT)/objects/Images/netio/%.obj: EXTRA = $(KERNEL_FLAGS)
$(WINE_OUT)/objects/%.obj: $(HERE)/%.c $(HEADERS) $(WINE)/wine.mk
	@mkdir -p $(@D)
	@$(CLANG) $(or $(EXTRA),$(KERNEL_FLAGS)) -c $< -o $@

PLATFORM := $(call object,$(wildcard $(WINE)/Platform/*.c) $(SHIM))
$(WINE_OUT)/platform.sys: $(PLATFORM) $(OUT)/ntoskrnl.exe
	@(echo 'LIBRARY platform.sys'; echo EXPORTS; $(NM) -g --defined-only $(PLATFORM) | \
	  awk '$$2 == "T" && $$3 ~ /^([A-Z]|platform_)/ && $$3 != "DllMain" { print "  " $$3 }' | sort -u) > $(WINE_OUT)/platform.def
	@$(WINE_LINK) /dll /entry:DllMain /subsystem:console /def:$(WINE_OUT)/platform.def /implib:$(WINE_OUT)/platform.lib \
	  /out:$@ $(PLATFORM) $(call libraries,kernel32 ntdll ws2_32) $(OUT)/ntoskrnl.lib

# Whatever platform.sys offers is taken from it, everything else from Wine's kernel.
define wine_image
$(WINE_OUT)/$1.sys: $(call object,$(wildcard $(HERE)/Images/$1/*.c)) $2 $(WINE_OUT)/platform.sys
	$$(call exports,$1.sys,$$(filter %.obj,$$^),$(WINE_OUT)/$1.def)
	@$(WINE_LINK) /dll /noentry /subsystem:native /def:$(WINE_OUT)/$1.def /implib:$(WINE_OUT)/$1.lib \
	  /out:$$@ $$(filter %.obj,$$^) $(WINE_OUT)/platform.lib $(OUT)/ntoskrnl.lib
endef
$(eval $(call wine_image,netio))
$(eval $(call wine_image,ndis,$(call object,$(wildcard $(WINE)/Ndis/*.c))))
