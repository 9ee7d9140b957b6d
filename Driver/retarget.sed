# Makes the compiler's intermediate code for a processor without a system that of a Windows object, together with triple
# and data layout (driver.mk): unwind tables on every function, no probes of a stack that is committed whole, no autolink
# entries, and every weak copy of the Swift runtime private to its module, so that no link order decides which one is used.
/^attributes #[0-9]* = .*"frame-pointer"/s/ "frame-pointer"/ uwtable "no-stack-arg-probe" "frame-pointer"/
/^@_swift1_autolink_entries = /d
/^@llvm.used = /s/\[2 x ptr\] \[ptr @_swift1_autolink_entries, /[1 x ptr] [/
/^@llvm.used = .*\[1 x ptr\] \[ptr @_swift1_autolink_entries\]/d
s/!"wchar_size", i32 4/!"wchar_size", i32 2/
s/^define (weak_odr|weak|linkonce_odr|linkonce) (hidden |protected )?/define internal /
s/^(@[^=]*=) (weak_odr|weak|linkonce_odr|linkonce) (hidden |protected )?/\1 internal /
