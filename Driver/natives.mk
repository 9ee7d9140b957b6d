# On which processors programs for another one are emulated, and Windows' names for them. Included by Makefile and
# Driver/windows.mk.
natives_x86_64 := aarch64
natives_i686 := x86_64 aarch64
windows_x86_64 := amd64
windows_aarch64 := arm64
