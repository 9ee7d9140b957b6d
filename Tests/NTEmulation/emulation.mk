# The NT kernel emulation: loader (Linux), kernel images and sample drivers (Windows), programs.
#   make -f Tests/NTEmulation/emulation.mk        builds everything
#   make -f Tests/NTEmulation/emulation.mk check  and lets each sample driver break its rule

HERE := Tests/NTEmulation
OUT := build/nt-emulation
DRIVER := build/driver/x86_64
# The toolchain's own tools lie beside its compiler.
TOOLS := $(dir $(realpath $(shell command -v swiftc)))
CLANG := $(TOOLS)clang
LINK := $(TOOLS)lld-link
NM := $(TOOLS)llvm-nm
MINGW_INCLUDE ?= /usr/share/mingw-w64/include

WARNINGS := -Wall -Wextra -Werror
LINUX_FLAGS := -std=gnu11 -O2 -g $(WARNINGS) -pthread
# The headers of the DDK stumble over clang's mm3dnow.h; cpuid and friends are not needed from them.
WINDOWS_FLAGS := -target x86_64-w64-windows-gnu -isystem $(MINGW_INCLUDE) -isystem $(MINGW_INCLUDE)/ddk \
  -std=c11 -O2 -fms-extensions -ffreestanding -mno-stack-arg-probe -fno-stack-protector -mno-avx -D_MM3DNOW_H_INCLUDED -D__INTRINSIC_DEFINED_InterlockedBitTestAndSet -D__INTRINSIC_DEFINED_InterlockedBitTestAndReset \
  -D__INTRINSIC_DEFINED___cpuidex "-Wno-\#warnings" \
  -D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000008 $(WARNINGS) -Wno-unknown-pragmas -Wno-pragma-pack \
  -Wno-missing-braces -Wno-ignored-attributes -I$(HERE)/Images/Include -IDriver/Kernel/Include
KERNEL_FLAGS := $(WINDOWS_FLAGS) -D_NTOSKRNL_ -D_NTHAL_ -D_NTSYSTEM_ -Wno-inconsistent-dllimport

KERNEL_SOURCES := $(wildcard $(HERE)/Images/ntoskrnl/*/*.c)
LOADER_SOURCES := $(wildcard $(HERE)/Loader/*/*.c)
KERNEL_OBJECTS := $(KERNEL_SOURCES:$(HERE)/%.c=$(OUT)/objects/%.obj)
LOADER_OBJECTS := $(LOADER_SOURCES:$(HERE)/%.c=$(OUT)/objects/%.o)
SAMPLES := $(patsubst $(HERE)/Samples/%.c,$(OUT)/samples/%.sys,$(wildcard $(HERE)/Samples/*.c)) \
  $(patsubst $(HERE)/SelfTest/%.c,$(OUT)/samples/selftest-%.sys,$(wildcard $(HERE)/SelfTest/*.c))
HEADERS := $(shell find $(HERE) -name '*.h')

# The images beside the kernel, each of the sources in its folder.
OTHERS := $(OUT)/cng.sys $(OUT)/ndis.sys $(OUT)/netio.sys

.PHONY: all check clean
.SECONDARY:

all: $(OUT)/ntoskrnl.exe $(OTHERS) $(SAMPLES) $(OUT)/nt-verifier $(OUT)/nt-driver $(OUT)/nt-daemon $(OUT)/nt-fuzz $(OUT)/nt-cost $(OUT)/nt-seeds $(OUT)/nt-transcript \
  $(OUT)/nt-constant-time $(OUT)/swiftcall.sys

# Where the driver calls what can fail, once there is a driver.
ifneq ($(wildcard $(DRIVER)/needletail.sys),)
all: $(OUT)/needletail.sites
endif

$(OUT)/needletail.sites: $(DRIVER)/needletail.sys $(HERE)/Driver/sites.py
	@mkdir -p $(@D)
	@python3 $(HERE)/Driver/sites.py $(TOOLS)llvm-objdump $(DRIVER) > $@.new && mv $@.new $@

check: all
	$(OUT)/nt-verifier $(OUT)

$(OUT)/objects/%.obj: $(HERE)/%.c $(HEADERS) $(HERE)/emulation.mk
	@mkdir -p $(@D)
	@$(CLANG) $(if $(findstring /Images/,$<),$(KERNEL_FLAGS),$(WINDOWS_FLAGS)) -c $< -o $@

$(OUT)/objects/%.o: $(HERE)/%.c $(HEADERS) $(HERE)/emulation.mk
	@mkdir -p $(@D)
	@$(CLANG) $(LINUX_FLAGS) -c $< -o $@

# llvm-ar is llvm-dlltool under that name.
$(OUT)/llvm-dlltool:
	@mkdir -p $(@D)
	@ln -sf $(TOOLS)llvm-ar $@

$(OUT)/platform.lib: $(HERE)/Loader/Platform/platform.h $(OUT)/llvm-dlltool
	@(echo 'LIBRARY platform.sys'; echo EXPORTS; sed -n 's/^PLATFORM_CALL.*PLATFORM_ABI \(platform_[a-z0-9_]*\)(.*/  \1/p' $<) > $(OUT)/platform.def
	@$(OUT)/llvm-dlltool -m i386:x86-64 -d $(OUT)/platform.def -l $@

# Whatever is named as Windows names things is exported.
define exports
	@(echo 'LIBRARY $(1)'; echo EXPORTS; $(NM) -g --defined-only $(2) | \
	  awk '$$3 ~ /^([A-Z]|mem|str|wcs|_v?snprintf|__C_spec)/ && $$3 !~ /^Interlocked/ \
	    { print "  " $$3 ($$2 == "T" ? "" : " DATA") }' | sort -u) > $(3)
endef

$(OUT)/ntoskrnl.exe: $(KERNEL_OBJECTS) $(OUT)/platform.lib
	$(call exports,ntoskrnl.exe,$(KERNEL_OBJECTS),$(OUT)/ntoskrnl.def)
	@$(LINK) /nologo /dll /noentry /nodefaultlib /dynamicbase /subsystem:native /def:$(OUT)/ntoskrnl.def \
	  /implib:$(OUT)/ntoskrnl.lib /out:$@ $^

define other_image
$(OUT)/$1.sys: $(patsubst $(HERE)/%.c,$(OUT)/objects/%.obj,$(wildcard $(HERE)/Images/$1/*.c)) $(OUT)/ntoskrnl.exe $(OUT)/platform.lib
	$$(call exports,$1.sys,$(patsubst $(HERE)/%.c,$(OUT)/objects/%.obj,$(wildcard $(HERE)/Images/$1/*.c)),$(OUT)/$1.def)
	@$(LINK) /nologo /dll /noentry /nodefaultlib /dynamicbase /subsystem:native /def:$(OUT)/$1.def /implib:$(OUT)/$1.lib \
	  /out:$$@ $$(filter %.obj,$$^) $(OUT)/ntoskrnl.lib $(OUT)/platform.lib
endef
$(foreach image,cng ndis netio,$(eval $(call other_image,$(image))))

$(OUT)/samples/selftest-%.sys: $(OUT)/objects/SelfTest/%.obj $(OUT)/ntoskrnl.exe $(OTHERS)
	@mkdir -p $(@D)
	@$(LINK) /nologo /driver /subsystem:native,10.0 /entry:DriverEntry /nodefaultlib /dynamicbase /out:$@ $< $(OUT)/ntoskrnl.lib

$(OUT)/samples/%.sys: $(OUT)/objects/Samples/%.obj $(OUT)/ntoskrnl.exe $(OTHERS)
	@mkdir -p $(@D)
	@$(LINK) /nologo /driver /subsystem:native,10.0 /entry:DriverEntry /nodefaultlib /dynamicbase /out:$@ $< \
	  $(OUT)/ntoskrnl.lib $(OUT)/ndis.lib $(OUT)/netio.lib

# Programs of Linux that hold the kernel, each of the sources in its folder.
define program
$(OUT)/$1: $(patsubst $(HERE)/%.c,$(OUT)/objects/%.o,$(wildcard $(HERE)/$2/*.c)) $(LOADER_OBJECTS)
	@$(CLANG) -pthread -o $$@ $$^
endef
$(eval $(call program,nt-driver,Driver))
$(OUT)/nt-driver: $(patsubst $(HERE)/%.c,$(OUT)/objects/%.o,$(wildcard $(HERE)/Conformance/*.c))
$(eval $(call program,nt-daemon,Daemon))
$(eval $(call program,nt-verifier,Verifier))
$(eval $(call program,nt-fuzz,Fuzz))
# The fuzzer has its adapters from the scenarios' bench.
$(OUT)/nt-fuzz: $(OUT)/objects/Driver/bench.o

# What a packet costs; the images it compares are made by Cost/cost.mk.
$(OUT)/nt-cost: $(OUT)/objects/Cost/main.o $(OUT)/objects/Driver/bench.o $(LOADER_OBJECTS)
	@$(CLANG) -pthread -o $@ $^

$(OUT)/nt-seeds: $(patsubst $(HERE)/%.c,$(OUT)/objects/%.o,$(wildcard $(HERE)/Seeds/*.c) $(HERE)/Driver/bench.c) $(LOADER_OBJECTS)
	@$(CLANG) -pthread -o $@ $^

# Calls the driver's cryptography under memcheck; by Swift's convention, which code for Windows has to do.
$(OUT)/objects/CMemcheck.o: Tests/ConstantTime/CMemcheck/CMemcheck.c $(wildcard Tests/ConstantTime/CMemcheck/include/*.h)
	@mkdir -p $(@D)
	@$(CLANG) $(LINUX_FLAGS) -ITests/ConstantTime/CMemcheck/include -Wno-nullability-extension -c $< -o $@

$(OUT)/nt-constant-time: $(OUT)/objects/ConstantTime/main.o $(OUT)/objects/ConstantTime/symbols.o $(OUT)/objects/CMemcheck.o $(LOADER_OBJECTS)
	@$(CLANG) -pthread -o $@ $^

$(OUT)/swiftcall.sys: $(OUT)/objects/ConstantTime/swiftcall.obj
	@$(LINK) /nologo /dll /noentry /nodefaultlib /dynamicbase /subsystem:native /export:EmulSwiftCall /out:$@ $<

# Replays transcripts to the driver.
$(OUT)/objects/replay.o: Tests/Transcript/replay.c $(wildcard Tests/Transcript/*.h)
	@mkdir -p $(@D)
	@$(CLANG) $(LINUX_FLAGS) -c $< -o $@

$(OUT)/nt-transcript: $(OUT)/objects/Transcript/main.o $(OUT)/objects/replay.o $(OUT)/objects/Driver/bench.o $(LOADER_OBJECTS)
	@$(CLANG) -pthread -o $@ $^


clean:
	rm -rf $(OUT)
