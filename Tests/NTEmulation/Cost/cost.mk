# What nt-cost compares: the driver with other kernels in the place of its SSSE3 kernel, and each kernel alone, of the same
# objects.
#   make -f Tests/NTEmulation/Cost/cost.mk cost
# Made after `make driver` and `make emulation`.

ARCH := x86_64
include Driver/driver.mk

COST := build/nt-emulation/cost
COST_SOURCES := Tests/NTEmulation/Cost
# All of the driver but its SSSE3 kernel.
REST = $(filter-out %/CryptographySSSE3.obj,$(OBJECTS)) $(GLUE) $(IMPORTS)

.PHONY: cost
cost: $(COST)/portable.sys $(COST)/copy.sys $(COST)/kernels-vector.sys $(COST)/kernels-portable.sys

# The SSSE3 kernel's sources without its instructions are the portable kernel.
$(COST)/portable.obj: $(OUTPUT)/CryptographySSSE3.ll
	@mkdir -p $(@D)
	@swiftc $(FLAGS) -I $(OUTPUT) -I $(OUTPUT)/include -module-name CryptographySSSE3 -emit-ir -o $(COST)/portable.ll \
	  @$(OUTPUT)/CryptographySSSE3.files
	@$(RETARGET) $(COST)/portable.ll > $(COST)/portable.windows.ll
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -Wno-override-module -c -o $@ $(COST)/portable.windows.ll

$(COST)/%.obj: $(COST_SOURCES)/%.c
	@mkdir -p $(@D)
	@$(CLANG) $(GLUE_FLAGS) -c -o $@ $<

$(COST)/portable.sys $(COST)/copy.sys: $(COST)/%.sys: $(COST)/%.obj $(OUTPUT)/needletail.sys
	@$(LINK) /out:$@ $(REST) $<

KERNELS = $(TOOLS)lld-link -lldmingw /dll /noentry /nodefaultlib /dynamicbase /subsystem:native
$(COST)/kernels-vector.sys: $(COST)/runtime.obj $(OUTPUT)/CryptographySSSE3.obj $(OUTPUT)/CryptographyAVX2.obj
	@$(KERNELS) /export:cipher_ssse3_seal /export:cipher_ssse3_open /export:cipher_avx2_seal /export:cipher_avx2_open \
	  /out:$@ $^ $(OUTPUT)/imports/ntoskrnl.exe.lib
$(COST)/kernels-portable.sys: $(COST)/runtime.obj $(COST)/portable.obj
	@$(KERNELS) /export:cipher_ssse3_seal /export:cipher_ssse3_open /out:$@ $^ $(OUTPUT)/imports/ntoskrnl.exe.lib
