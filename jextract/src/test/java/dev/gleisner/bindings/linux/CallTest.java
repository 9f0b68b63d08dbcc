package dev.gleisner.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The functions are there under their C names and have the shape that was generated. */
class CallTest {
    @Test
    void everyFunctionIsInTheCLibrary() throws ReflectiveOperationException {
        List<String> functions = Sources.included("function");
        assertThat(functions).contains("sys6", "posix_spawn");
        for (String function : functions) {
            var address = (MemorySegment)
                    linux_h.class.getMethod(function + "$address").invoke(null);
            assertThat(address.address()).as(function).isNotZero();
        }
    }

    @Test
    void systemCallReachesTheKernel() {
        long pid = linux_h.sys6(linux_h.__NR_getpid(), 0, 0, 0, 0, 0, 0);
        assertThat(pid).isEqualTo(ProcessHandle.current().pid());
    }
}
