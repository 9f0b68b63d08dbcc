package dev.gleisner.adapters.linux.seccomp;

/**
 * One {@code struct sock_filter}: u16 code, u8 jt, u8 jf, u32 k.
 *
 * @param code one of the opcodes in {@link Bpf}
 * @param jt instructions to skip when a conditional jump holds, 0 to 255
 * @param jf instructions to skip when it does not, 0 to 255
 * @param k the operand, unsigned
 */
record Instruction(int code, int jt, int jf, int k) {
    static final int BYTES = 8;

    Instruction {
        switch (code) {
            case Bpf.LOAD, Bpf.AND, Bpf.JUMP, Bpf.RETURN -> {
                if (jt != 0 || jf != 0) {
                    throw new IllegalArgumentException(
                            "opcode 0x%02x takes no jt/jf, got %d/%d".formatted(code, jt, jf));
                }
            }
            case Bpf.JUMP_EQ, Bpf.JUMP_GT, Bpf.JUMP_GE, Bpf.JUMP_SET -> {
                if (jt < 0 || jt > Bpf.MAX_CONDITIONAL_SKIP || jf < 0 || jf > Bpf.MAX_CONDITIONAL_SKIP) {
                    throw new IllegalArgumentException("jt/jf %d/%d are not 0 to 255".formatted(jt, jf));
                }
            }
            default -> throw new IllegalArgumentException("opcode 0x%02x is not one we use".formatted(code));
        }
        if (code == Bpf.LOAD && (k < 0 || k % 4 != 0 || k >= Bpf.DATA_BYTES)) {
            throw new IllegalArgumentException("load offset " + k + " is not a word of struct seccomp_data");
        }
    }

    static Instruction of(int code, int k) {
        return new Instruction(code, 0, 0, k);
    }

    boolean isConditional() {
        return code == Bpf.JUMP_EQ || code == Bpf.JUMP_GT || code == Bpf.JUMP_GE || code == Bpf.JUMP_SET;
    }
}
