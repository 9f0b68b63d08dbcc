package dev.gleisner.adapters.linux.seccomp;

/**
 * The part of classic BPF that seccomp takes and we use.
 *
 * <p>Opcodes are from {@code linux/bpf_common.h}, offsets from {@code struct seccomp_data} in {@code linux/seccomp.h}
 * (since Linux 3.5).
 */
final class Bpf {
    /** A = 32-bit word at offset k of {@code struct seccomp_data}: BPF_LD | BPF_W | BPF_ABS. */
    static final int LOAD = 0x20;
    /** A = A and k: BPF_ALU | BPF_AND | BPF_K. */
    static final int AND = 0x54;
    /** Skip k instructions: BPF_JMP | BPF_JA. */
    static final int JUMP = 0x05;
    /** Skip jt instructions if A == k, else jf: BPF_JMP | BPF_JEQ | BPF_K. */
    static final int JUMP_EQ = 0x15;
    /** Skip jt instructions if A > k unsigned, else jf: BPF_JMP | BPF_JGT | BPF_K. */
    static final int JUMP_GT = 0x25;
    /** Skip jt instructions if A >= k unsigned, else jf: BPF_JMP | BPF_JGE | BPF_K. */
    static final int JUMP_GE = 0x35;
    /** Skip jt instructions if A and k have a bit in common, else jf: BPF_JMP | BPF_JSET | BPF_K. */
    static final int JUMP_SET = 0x45;
    /** The verdict is k: BPF_RET | BPF_K. */
    static final int RETURN = 0x06;

    /** BPF_MAXINSNS: the kernel refuses longer programs with EINVAL. */
    static final int MAX_INSTRUCTIONS = 4096;
    /** jt and jf are unsigned bytes. */
    static final int MAX_CONDITIONAL_SKIP = 255;

    static final int OFFSET_NR = 0;
    static final int OFFSET_ARCH = 4;
    static final int OFFSET_ARGS = 16;
    static final int DATA_BYTES = 64;

    /** AUDIT_ARCH_X86_64 of {@code linux/audit.h}. */
    static final int ARCH_X86_64 = 0xc000003e;
    /** AUDIT_ARCH_I386, what {@code int 0x80} enters with, also from a 64-bit program. */
    static final int ARCH_I386 = 0x40000003;
    /** __X32_SYSCALL_BIT of {@code asm/unistd.h}. */
    static final int X32_BIT = 0x40000000;

    private Bpf() {}

    /** Offset of the low 32 bits of an argument; x86_64 is little endian, so they come first. */
    static int offsetOfArg(int index, boolean highWord) {
        if (index < 0 || index > 5) {
            throw new IllegalArgumentException("argument index " + index + " is not 0 to 5");
        }
        return OFFSET_ARGS + 8 * index + (highWord ? 4 : 0);
    }
}
