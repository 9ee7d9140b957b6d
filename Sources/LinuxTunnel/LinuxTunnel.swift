// LinuxTunnel
