# needletail.sys with leaks planted: tags are compared as memcmp compares them, and X25519 exchanges points with a
# branch. Sources stay as they are: a substitution changes a copy.
#   make -f Tests/NTEmulation/ConstantTime/planted.mk planted     build/driver-leaks/needletail.sys; after `make driver`

ARCH := x86_64
default: planted
include Driver/driver.mk

BUILT := $(OUTPUT)
PLANTED := build/driver-leaks
COPY := $(PLANTED)/Sources
RULES := Tests/NTEmulation/ConstantTime/planted.sed

.PHONY: default planted
planted: $(PLANTED)/needletail.sys

# The copies keep the links that the vector kernels are made of.
$(PLANTED)/copied: $(shell find -L $(addprefix Sources/,Cryptography $(VECTOR)) -name '*.swift') $(RULES)
	@rm -rf $(COPY) && mkdir -p $(COPY) && cp -a $(addprefix Sources/,Cryptography $(VECTOR)) $(COPY)
	@sed -i -f $(RULES) $(COPY)/Cryptography/Kernel/CipherTag+Unsafe.swift $(COPY)/Cryptography/Agreement/X25519.swift
	@test "$$(diff -r Sources/Cryptography $(COPY)/Cryptography | grep -c '^>')" = 7 || \
	  { echo 'planted: not in place'; exit 1; }
	@touch $@

# $(call planted,module,where its sources lie,flags)
define planted
$(PLANTED)/$1.obj: $(PLANTED)/copied $(BUILT)/$1.ll $(if $(filter DriverShell,$1),$(PLANTED)/Cryptography.obj)
	@echo "leaks $1"
	@find -L $2 -name '*.swift' | LC_ALL=C sort > $(PLANTED)/$1.files
	@swiftc $(FLAGS) $3 -I $(PLANTED) -I $(BUILT) -I $(BUILT)/include -I $(SHELL_HEADERS)/shell -module-name $1 \
	  -emit-ir -o $(PLANTED)/$1.ll @$(PLANTED)/$1.files
	@$(RETARGET) $(PLANTED)/$1.ll > $(PLANTED)/$1.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -c -o $$@ \
	  $(PLANTED)/$1.windows.ll
endef
$(foreach m,Cryptography DriverShell,$(eval $(call planted,$m,\
  $(if $(filter DriverShell,$m),$(SHELL_SOURCES),$(COPY)/$m),-emit-module -emit-module-path $(PLANTED)/$m.swiftmodule)))
$(foreach m,$(VECTOR),$(eval $(call planted,$m,$(COPY)/$m,$(call vector_flags,$m))))

REPLACED := $(patsubst %,$(PLANTED)/%.obj,Cryptography DriverShell $(VECTOR))
$(PLANTED)/needletail.sys: $(REPLACED) $(OBJECTS) $(GLUE) $(IMPORTS)
	@$(LINK) /lldmap:$(PLANTED)/needletail.map /out:$@ $(REPLACED) \
	  $(filter-out $(patsubst $(PLANTED)/%,$(BUILT)/%,$(REPLACED)),$(OBJECTS)) $(GLUE) $(IMPORTS)
