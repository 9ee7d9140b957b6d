# What the installer's tests in Wine take besides the library's (library.mk): packages of two versions, packages that
# fail, and a program with an adapter.
#   make -f Tests/NTEmulation/Wine/installer.mk installer

include Tests/NTEmulation/Wine/library.mk

INSTALLERS := $(WINE_OUT)/installers
INSTALLER_TEST := $(WINE)/InstallerProgram
.PHONY: installer
installer: library $(WINE_OUT)/adapter.exe

$(WINE_OUT)/objects/Wine/InstallerProgram/%.obj: EXTRA = $(PROGRAM_FLAGS)
$(call object,$(wildcard $(INSTALLER_TEST)/*.c)): $(wildcard $(LIBRARY_TEST)/*.h) Driver/Library/Include/needletail.h
$(WINE_OUT)/adapter.exe: $(call object,$(wildcard $(INSTALLER_TEST)/*.c) $(LIBRARY_TEST)/library.c $(WINE)/Program/start.c)
	@$(WINE_LINK) /entry:start /subsystem:console /out:$@ $^ $(call libraries,msvcrt kernel32 ntdll advapi32)

# $(call version,name): the product with the driver, the library and the program of one of library.mk's packages.
define version
$(PACKAGES)/$1/program/needletail.exe: $(PACKAGES)/$1/needletail.dll build/program/x86_64/needletail.exe
	@$(MAKE) --no-print-directory -f Driver/program.mk ARCH=x86_64 IMAGE=$(PACKAGES)/$1 PROGRAM_IMAGE=$(PACKAGES)/$1/program $$@ \
	  PACKAGE="$(patsubst %,$(PACKAGES)/$1/files/needletail.%,inf sys cat)" > /dev/null
installer: $(INSTALLERS)/$1.msi
$(INSTALLERS)/$1.msi: $(PACKAGES)/$1/program/needletail.exe build/installer/x86_64/CustomActions.dll Installer/product.json \
    Installer/package.mk $(wildcard Sources/WindowsInstaller/*.swift Sources/WindowsInstaller/*/*.swift)
	@mkdir -p $(INSTALLERS)/$1
	@$(MAKE) --no-print-directory -f Installer/package.mk ARCH=x86_64 PACKAGES=$(INSTALLERS)/$1 \
	  DRIVER=$(PACKAGES)/$1/files LIBRARY=$(PACKAGES)/$1 PROGRAM=$(PACKAGES)/$1/program
	@cp $(INSTALLERS)/$1/*.msi $$@
endef
$(eval $(call version,older))
$(eval $(call version,newer))
# One whose driver the store refuses.
$(eval $(call version,refused))

# The newer one with one more action at the end: a program that fails.
installer: $(INSTALLERS)/failing.msi
$(INSTALLERS)/failing.msi: $(INSTALLERS)/newer.msi $(WINE)/installer.mk
	@cp $< $@.new
	@msibuild $@.new -q "INSERT INTO CustomAction (Action, Type, Source, Target) VALUES ('Fail', 3106, 'InstallFolder', 'cmd.exe /c exit 7')"
	@msibuild $@.new -q "INSERT INTO InstallExecuteSequence (Action, Condition, Sequence) VALUES ('Fail', '1', 5950)"
	@mv $@.new $@
