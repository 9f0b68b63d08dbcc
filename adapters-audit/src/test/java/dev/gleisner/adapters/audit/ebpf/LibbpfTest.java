package dev.gleisner.adapters.audit.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.bindings.bpf.bpf_object_open_opts;
import dev.gleisner.bindings.bpf.libbpf_h;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plain numbers of the sensor are those of libbpf's and the kernel's headers. */
class LibbpfTest {
    @Test
    void theOptionsOfOpenMemLieWhereWePutThem() {
        assertThat(BpfObject.OpenOptions.SIZE)
                .isEqualTo((int) bpf_object_open_opts.layout().byteSize());
        assertThat(BpfObject.OpenOptions.OBJECT_NAME).isEqualTo((int) bpf_object_open_opts.object_name$offset());
        assertThat(BpfObject.OpenOptions.KERNEL_LOG_BUF).isEqualTo((int) bpf_object_open_opts.kernel_log_buf$offset());
        assertThat(BpfObject.OpenOptions.KERNEL_LOG_SIZE)
                .isEqualTo((int) bpf_object_open_opts.kernel_log_size$offset());
    }

    @Test
    void theCommandsOfBpfAreTheKernels() {
        assertThat(Bpf.MAP_LOOKUP_ELEM).isEqualTo(libbpf_h.BPF_MAP_LOOKUP_ELEM());
        assertThat(Bpf.MAP_UPDATE_ELEM).isEqualTo(libbpf_h.BPF_MAP_UPDATE_ELEM());
        assertThat(Bpf.PROG_LOAD).isEqualTo(libbpf_h.BPF_PROG_LOAD());
        assertThat(Bpf.PROG_TYPE_RAW_TRACEPOINT).isEqualTo(libbpf_h.BPF_PROG_TYPE_RAW_TRACEPOINT());
        assertThat(Ring.BUSY).isEqualTo(libbpf_h.BPF_RINGBUF_BUSY_BIT());
        assertThat(Ring.DISCARDED).isEqualTo(libbpf_h.BPF_RINGBUF_DISCARD_BIT());
        assertThat(Ring.HEADER).isEqualTo(libbpf_h.BPF_RINGBUF_HDR_SZ());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|0", "0-3|3", "0,2-11|11", "0-1,5|5"})
    void thePossibleCpusAreCountedByTheirLast(String list, int last) {
        assertThat(BpfObject.lastNumber(list + "\n")).isEqualTo(last);
    }
}
