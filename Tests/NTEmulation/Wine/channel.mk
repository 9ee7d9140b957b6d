# What the tests of update channels in Wine take besides the library's (library.mk): the program with the drivers of three
# releases.
#   make -f Tests/NTEmulation/Wine/channel.mk channel

include Tests/NTEmulation/Wine/library.mk

.PHONY: channel
channel: library

# $(call release,name): the program with one of library.mk's packages in it.
define release
channel: $(PACKAGES)/$1/program/needletail.exe
$(PACKAGES)/$1/program/needletail.exe: $(PACKAGES)/$1/needletail.dll build/program/x86_64/needletail.exe
	@$(MAKE) --no-print-directory -f Driver/program.mk ARCH=x86_64 IMAGE=$(PACKAGES)/$1 PROGRAM_IMAGE=$(PACKAGES)/$1/program $$@ \
	  PACKAGE="$(patsubst %,$(PACKAGES)/$1/files/needletail.%,inf sys cat)" > /dev/null
endef
$(eval $(call release,older))
$(eval $(call release,newer))
$(eval $(call release,broken))

# For Wine's own side of a process, which is Linux'.
channel: $(WINE_OUT)/clock.so
$(WINE_OUT)/clock.so: $(WINE)/ClockShift/clock.c
	@mkdir -p $(@D)
	@cc -O2 -Wall -Wextra -shared -fPIC -o $@ $< -ldl
