package dev.gleisner.adapters.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LinuxHostViewTest {
    @Test
    void withoutTheLauncherTheEnvironmentIsTheCallers() {
        assertThat(LinuxHostView.ofCaller(Map.of("LC_ALL", "de_DE.UTF-8", "TERM", "xterm")))
                .isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8", "TERM", "xterm"));
    }

    @Test
    void aLocaleThatTheCallerHadComesBack() {
        assertThat(LinuxHostView.ofCaller(Map.of("LC_ALL", "C.UTF-8", "GLEISNER_LC_ALL", "=de_DE.UTF-8")))
                .isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8"));
        assertThat(LinuxHostView.ofCaller(Map.of("LC_ALL", "C.UTF-8", "GLEISNER_LC_ALL", "=")))
                .isEqualTo(Map.of("LC_ALL", ""));
    }

    @Test
    void aLocaleThatTheCallerHadNotIsTakenAway() {
        assertThat(LinuxHostView.ofCaller(Map.of("LC_ALL", "C.UTF-8", "GLEISNER_LC_ALL", "", "LANG", "C")))
                .isEqualTo(Map.of("LANG", "C"));
    }
}
