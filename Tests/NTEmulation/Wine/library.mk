# What the library's tests in Wine take besides the driver's (wine.mk): the bus of software devices, what programs find
# lacking in Wine, and the programs.
#   make -f Tests/NTEmulation/Wine/library.mk library

include Tests/NTEmulation/Wine/wine.mk

LACKING := $(WINE_OUT)/lacking
LIBRARY_TEST := $(WINE)/LibraryProgram
.PHONY: library
library: wine $(WINE_OUT)/swdevice.sys $(WINE_OUT)/library.exe $(WINE_OUT)/embedding.exe

$(WINE_OUT)/objects/Wine/SoftwareDevices/%.obj: EXTRA = $(KERNEL_FLAGS)
$(WINE_OUT)/objects/Wine/Lacking/%.obj: EXTRA = $(PROGRAM_FLAGS) -Wno-inconsistent-dllimport
$(WINE_OUT)/objects/Wine/Embedding/%.obj $(WINE_OUT)/objects/Wine/LibraryProgram/%.obj: EXTRA = $(PROGRAM_FLAGS)
$(call object,$(wildcard $(WINE)/SoftwareDevices/*.c $(WINE)/Lacking/*.c)): $(wildcard $(WINE)/SoftwareDevices/*.h $(WINE)/Lacking/*.h)

$(WINE_OUT)/swdevice.sys: $(call object,$(wildcard $(WINE)/SoftwareDevices/*.c))
	@$(WINE_LINK) /driver /entry:DriverEntry /subsystem:native /out:$@ $^ $(call libraries,ntoskrnl)

# $(call lacking,library,sources): exports every function whose name begins as Windows' do.
define lacking
LACKED += $1
library: $(LACKING)/$1.dll
$(LACKING)/$1.dll: $(call object,$(patsubst %,$(WINE)/Lacking/%.c,$2 devices))
	@mkdir -p $$(@D)
	@(echo 'LIBRARY $1.dll'; echo EXPORTS; $(NM) -g --defined-only $$^ | \
	  awk '$$$$2 == "T" && $$$$3 ~ /^[A-Z]/ && $$$$3 != "DllMain" { print "  " $$$$3 }' | sort -u) > $(LACKING)/$1.def
	@$(WINE_LINK) /dll $(if $(filter bind,$2),/entry:DllMain,/noentry) /subsystem:windows /def:$(LACKING)/$1.def \
	  /implib:$(LACKING)/$1.lib /out:$$@ $$^ $$(call libraries,kernel32 ntdll msvcrt setupapi advapi32 ole32)
endef
$(eval $(call lacking,cfgmgr32,cfgmgr32 swdevice namespace store iphlpapi emulated modules bind))
$(eval $(call lacking,nci,nci))
# Of what stood in at another state of the tree, nothing stays.
$(shell rm -f $(patsubst %,$(LACKING)/%.*,$(filter-out $(LACKED),$(basename $(notdir $(wildcard $(LACKING)/*.dll))))))

# Libraries that carry other packages than ours, with a catalog that Wine does not look at:
#   current   the driver as it is
#   older     the same driver in a package of a year before
#   newer     of a year later
#   broken    of two years later, with a driver that does not load
#   refused   of a catalog that the driver store does not take
PACKAGES := $(WINE_OUT)/packages
date_current := $(shell sed -n 's/^DriverVer = //p' Driver/Kernel/needletail.inf)
date_older := 11/28/2025,0.0.9.0
date_newer := 11/28/2027,0.2.0.0
date_broken := 11/28/2028,0.3.0.0
date_refused := 11/28/2027,0.2.0.0
define package
library: $(PACKAGES)/$1/needletail.dll
$(PACKAGES)/$1/files/needletail.inf: build/driver/x86_64/needletail.sys Driver/Kernel/needletail.inf $(WINE)/library.mk
	@mkdir -p $$(@D)
	@sed 's|^DriverVer = .*|DriverVer = $(date_$1)|' Driver/Kernel/needletail.inf > $$@
	@cp $2 $$(@D)/needletail.sys
	@$(if $3,echo $3 >,cp build/driver/x86_64/needletail.cat) $$(@D)/needletail.cat
$(PACKAGES)/$1/needletail.dll: $(PACKAGES)/$1/files/needletail.inf build/library/x86_64/needletail.dll
	@$(MAKE) --no-print-directory -f Driver/library.mk ARCH=x86_64 IMAGE=$(PACKAGES)/$1 $$@ \
	  CARRIED= PACKAGE="$(patsubst %,$(PACKAGES)/$1/files/needletail.%,inf sys cat)" > /dev/null
endef
$(eval $(call package,current,build/driver/x86_64/needletail.sys))
$(eval $(call package,older,build/driver/x86_64/needletail.sys))
$(eval $(call package,newer,build/driver/x86_64/needletail.sys))
$(eval $(call package,broken,Driver/Kernel/needletail.inf))
$(eval $(call package,refused,build/driver/x86_64/needletail.sys,refused))

# Libraries of an emulated process: what they carry for ARM64 is for the processor that is there, and is all that they use.
#   emulated         the driver as it is, and its helper
#   emulated-broken  the driver that does not load
#   emulated-babbler a helper that answers with something else
#   emulated-sleeper one that does not answer within the two seconds that it has
#   emulated-alone   none
HELPER := build/helper/x86_64/needletail-helper.dll
define emulated
library: $(PACKAGES)/$1/needletail.dll
$(PACKAGES)/$1/needletail.dll: $(PACKAGES)/$2/files/needletail.inf build/library/x86_64/needletail.dll $3 $(WINE)/library.mk
	@$(MAKE) --no-print-directory -f Driver/library.mk ARCH=x86_64 IMAGE=$(PACKAGES)/$1 $$@ HELPER_LIMIT=$(or $4,60000) \
	  CARRIED="$(foreach f,inf sys cat,arm64-needletail.$f=$(PACKAGES)/$2/files/needletail.$f) $(addprefix arm64-needletail-helper.dll=,$3)" \
	  PACKAGE=$(PACKAGES)/$2/files/needletail.inf > /dev/null
endef
$(eval $(call emulated,emulated,current,$(HELPER)))
$(eval $(call emulated,emulated-broken,broken,$(HELPER)))
$(eval $(call emulated,emulated-babbler,current,$(WINE_OUT)/babbler.dll))
$(eval $(call emulated,emulated-sleeper,current,$(WINE_OUT)/sleeper.dll,2000))
$(eval $(call emulated,emulated-alone,current))
$(HELPER): $(wildcard Driver/Helper/*/* Driver/Library/*/*.h Driver/Library/Glue/*/* Sources/AdapterManagement/*)
	@$(MAKE) --no-print-directory -f Driver/helper.mk ARCH=x86_64 helper
$(WINE_OUT)/objects/Wine/WrongHelpers/%.obj: EXTRA = $(PROGRAM_FLAGS)
$(WINE_OUT)/babbler.dll $(WINE_OUT)/sleeper.dll: $(WINE_OUT)/%.dll: $(WINE_OUT)/objects/Wine/WrongHelpers/%.obj
	@$(WINE_LINK) /dll /noentry /subsystem:windows /export:AddDriverW /noimplib /out:$@ $^ $(call libraries,kernel32)

# The programs know the library by its header alone.
$(call object,$(wildcard $(LIBRARY_TEST)/*.c)): $(wildcard $(LIBRARY_TEST)/*.h) Driver/Library/Include/needletail.h
$(WINE_OUT)/library.exe: $(call object,$(wildcard $(LIBRARY_TEST)/*.c) $(WINE)/Program/start.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ $(call libraries,msvcrt kernel32 ntdll advapi32)

# The program of the documentation, as it stands there. The C library that starts programs is not Wine's: ours calls main.
$(WINE_OUT)/embedding.c: Docs/Embedding.md
	@awk '/^```$$/ { on = 0 } on; /^```c$$/ { on = 1 }' $< > $@
$(WINE_OUT)/embedding.obj: $(WINE_OUT)/embedding.c Driver/Library/Include/needletail.h
	@$(CLANG) $(PROGRAM_FLAGS) -IDriver/Library/Include -Dmain=embedding_main -c $< -o $@
$(WINE_OUT)/embedding.exe: $(WINE_OUT)/embedding.obj $(call object,$(WINE)/Embedding/start.c $(WINE)/Program/start.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ $(call libraries,msvcrt kernel32 ntdll)

# The program for Windows: who uses its pipe, and what its services may do.
$(WINE_OUT)/objects/Wine/PipeProgram/%.obj: EXTRA = $(PROGRAM_FLAGS)
library: $(WINE_OUT)/pipe.exe
$(WINE_OUT)/pipe.exe: $(call object,$(WINE)/PipeProgram/main.c $(WINE)/Program/start.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ $(call libraries,msvcrt kernel32 ntdll)
$(WINE_OUT)/objects/Wine/Privileges/%.obj: EXTRA = $(PROGRAM_FLAGS)
library: $(WINE_OUT)/privileges.exe
$(WINE_OUT)/privileges.exe: $(call object,$(WINE)/Privileges/main.c $(WINE)/Program/start.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ $(call libraries,msvcrt kernel32 ntdll advapi32)
