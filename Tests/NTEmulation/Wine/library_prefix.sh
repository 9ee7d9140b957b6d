# A Windows in which programs find software devices and what else Wine lacks: for library.sh and tunnels.sh, which source
# it at the repository's root after prefix.sh.
make_windows
cp build/nt-wine/swdevice.sys "$system/drivers/"
mkdir -p "$prefix/drive_c/windows/temp"
in_wine 30 sc create swdevice type= kernel start= demand binPath= 'C:\windows\system32\drivers\swdevice.sys' > /dev/null
check $? "the bus of software devices is a service"
end_all
# Only now: what makes a Windows needs Wine's own.
cp build/nt-wine/lacking/*.dll "$system/"
overrides="$overrides;cfgmgr32,nci=n"
