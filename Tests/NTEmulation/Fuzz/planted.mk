# needletail.sys with a mistake planted, for the fuzzer to find: the multiplication of a peer's count of allowed IPs
# wraps in 32 bits, as C's does, and records are read as C reads them, without a look at the end. Sources stay as they
# are: a substitution changes a copy, of which the module is built, and the shell, which holds parts of it.
#   make -f Tests/NTEmulation/Fuzz/planted.mk     build/driver-planted/needletail.sys; after `make driver`

ARCH := x86_64
include Driver/driver.mk

HERE := Tests/NTEmulation
BUILT := $(OUTPUT)
PLANTED := build/driver-planted
COPY := $(PLANTED)/DriverInterface
FILE := $(COPY)/Requests/SetRequest.swift

.DEFAULT_GOAL := $(PLANTED)/needletail.sys

$(FILE): $(shell find Sources/DriverInterface -name '*.swift') $(HERE)/Fuzz/planted.mk $(HERE)/Fuzz/planted.sed
	@rm -rf $(COPY) && mkdir -p $(PLANTED) && cp -r Sources/DriverInterface $(COPY)
	@sed -i -f $(HERE)/Fuzz/planted.sed $@
	@test "$$(diff Sources/DriverInterface/Requests/SetRequest.swift $@ | grep -c '^>')" = 2 || \
	  { echo 'planted: not in place'; rm $@; exit 1; }

# $(call planted,module,where its sources lie)
define planted
$(PLANTED)/$1.ll: $(BUILT)/$1.ll $(FILE) $3
	@echo "planted $1"
	@find -L $2 -name '*.swift' | LC_ALL=C sort > $(PLANTED)/$1.files
	@swiftc $(FLAGS) -I $(PLANTED) -I $(BUILT) -I $(BUILT)/include -I $(SHELL_HEADERS)/shell -module-name $1 \
	  -emit-module -emit-module-path $(PLANTED)/$1.swiftmodule -emit-ir -o $$@ @$(PLANTED)/$1.files
$(PLANTED)/$1.obj: $(PLANTED)/$1.ll Driver/retarget.sed
	@$(RETARGET) $$< > $(PLANTED)/$1.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -c -o $$@ \
	  $(PLANTED)/$1.windows.ll
endef
$(eval $(call planted,DriverInterface,$(COPY),))
$(eval $(call planted,DriverShell,$(SHELL_SOURCES),$(PLANTED)/DriverInterface.ll))

REPLACED := $(PLANTED)/DriverInterface.obj $(PLANTED)/DriverShell.obj
$(PLANTED)/needletail.sys: $(REPLACED) $(OBJECTS) $(GLUE) $(IMPORTS)
	@$(LINK) /out:$@ $(REPLACED) $(filter-out %/DriverInterface.obj %/DriverShell.obj,$(OBJECTS)) $(GLUE) $(IMPORTS)
