package dev.gleisner.domain.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryGroupsTest {
    @ParameterizedTest
    @CsvSource({
        "/usr/lib/jvm/java-25/lib/modules, /usr/lib/jvm",
        "/usr/lib/os-release, /usr/lib",
        "/usr/share/zoneinfo/Etc/UTC, /usr/share/zoneinfo",
        "/usr/include/sys/types.h, /usr/include",
        "/usr/bin/make, /usr/bin",
        "/usr/local/bin/node, /usr/local/bin",
        "/usr/local/lib/node_modules/npm/a, /usr/local/lib/node_modules",
        "/etc/ssl/certs/ca-certificates.crt, /etc",
        "/etc/passwd, /etc",
        "/opt/tool/bin/x, /opt/tool",
        "/opt/file, /opt",
        "/nix/store/abc-glibc/lib/libc.so, /nix/store/abc-glibc",
        "/home/user/.m2/repository/org/x.jar, /home/user/.m2/repository",
        "/home/user/.cache/pip/http/x, /home/user/.cache/pip",
        "/home/user/.gitconfig, /home/user",
        "/home/user/other/a/b, /home/user/other",
        "/root/.cargo/registry/x, /root/.cargo/registry",
        "/lib64/ld-linux-x86-64.so.2, /lib64",
        "/data/set/one/file, /data/set",
        "/vmlinuz, /"
    })
    void filesAreCountedForADirectoryAboveThem(String path, String group) {
        assertThat(DirectoryGroups.of(path)).isEqualTo(group);
    }
}
