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
$(WINE_OUT)/platform.sys: $(PLATFORM)
	@(echo 'LIBRARY platform.sys'; echo EXPORTS; $(NM) -g --defined-only $(PLATFORM) | \
	  awk '$$2 == "T" && $$3 ~ /^([A-Z]|platform_)/ && $$3 != "DllMain" { print "  " $$3 }' | sort -u) > $(WINE_OUT)/platform.def
	@$(WINE_LINK) /dll /entry:DllMain /subsystem:console /def:$(WINE_OUT)/platform.def /implib:$(WINE_OUT)/platform.lib \
	  /out:$@ $(PLATFORM) $(call libraries,kernel32 ntdll ws2_32) $(call libraries,ntoskrnl)

# Whatever platform.sys offers is taken from it, everything else from Wine's kernel.
define wine_image
$(WINE_OUT)/$1.sys: $(call object,$(filter-out %/bus.c,$(wildcard $(HERE)/Images/$1/*.c)) $2) $(WINE_OUT)/platform.sys
	$$(call exports,$1.sys,$$(filter %.obj,$$^),$(WINE_OUT)/$1.def)
	@$(WINE_LINK) /dll /noentry /subsystem:native /def:$(WINE_OUT)/$1.def /implib:$(WINE_OUT)/$1.lib \
	  /out:$$@ $$(filter %.obj,$$^) $(WINE_OUT)/platform.lib $$(call libraries,ntoskrnl)
endef
$(eval $(call wine_image,netio))
$(eval $(call wine_image,ndis,$(wildcard $(WINE)/Ndis/*.c)))

# The program: mingw's headers and Wine's own C library; its start is ours.
PROGRAM_FLAGS := -target x86_64-w64-windows-gnu -isystem $(MINGW_INCLUDE) -std=gnu11 -O2 -fno-stack-protector \
  -mno-stack-arg-probe -D_WIN32_WINNT=0x0A00 -D__USE_MINGW_ANSI_STDIO=0 $(WARNINGS) "-Wno-\#warnings" -Wno-pragma-pack -Wno-ignored-attributes
$(WINE_OUT)/objects/Wine/Program/%.obj $(WINE_OUT)/objects/Conformance/%.obj: EXTRA = $(PROGRAM_FLAGS)
# The daemon's translation of the text protocol is Linux', over headers that lead to Windows' own.
$(WINE_OUT)/objects/Daemon/%.obj: EXTRA = -I$(WINE)/Posix $(PROGRAM_FLAGS)
wine: $(WINE_OUT)/program.exe
$(WINE_OUT)/program.exe: $(call object,$(wildcard $(WINE)/Program/*.c $(HERE)/Conformance/*.c) $(HERE)/Daemon/text.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ \
	  $(call libraries,msvcrt kernel32 ntdll setupapi newdev advapi32 ws2_32)
