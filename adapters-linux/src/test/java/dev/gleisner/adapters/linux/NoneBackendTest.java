package dev.gleisner.adapters.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.SandboxBackendContract;
import org.junit.jupiter.api.Test;

class NoneBackendTest extends SandboxBackendContract {
    @Override
    protected SandboxBackend backend() {
        return new NoneBackendProvider().create();
    }

    @Override
    protected int uid() {
        return Caller.UID;
    }

    @Override
    protected int gid() {
        return Caller.GID;
    }

    @Test
    void saysThatNothingIsInForce() throws GleisnerException {
        try (StagedSandbox sandbox = backend().stage(shell("true"), OutputTaps.NONE)) {
            assertThat(sandbox.enforcement().confined()).isFalse();
            assertThat(sandbox.enforcement().layers()).allSatisfy(layer -> {
                assertThat(layer.state()).isEqualTo(LayerReport.State.ABSENT);
                assertThat(layer.detail()).isEqualTo("backend none confines nothing");
            });
        }
    }

    @Test
    void plansWhatItDoes() throws GleisnerException {
        assertThat(backend().plan(shell("true"))).anyMatch(line -> line.startsWith("execve(\"/bin/sh\", "));
        assertThat(backend().seccompListing(shell("true"))).isEmpty();
    }
}
