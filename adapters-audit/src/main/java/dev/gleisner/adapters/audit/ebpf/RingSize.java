package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.ports.GleisnerException;

/** How large the ring is. */
final class RingSize {
    /** Enough for about 100,000 events that nobody has read yet. */
    static final int DEFAULT = 16 << 20;

    private static final int LEAST = 64 << 10;
    private static final long MOST = 1L << 30;
    private static final String PREFIX = "ring:";

    private RingSize() {}

    /**
     * The size that an option says, in bytes.
     *
     * @throws GleisnerException.BadInput when it says something else, or no power of two from 64K to 1G
     */
    static int parse(String option) throws GleisnerException {
        if (option.isEmpty()) {
            return DEFAULT;
        }
        long size = option.startsWith(PREFIX) ? bytes(option.substring(PREFIX.length())) : 0;
        if (size < LEAST || size > MOST || Long.bitCount(size) != 1) {
            throw new GleisnerException.BadInput(
                    "sensor ebpf=" + option,
                    "it takes ring:SIZE, where SIZE is a power of two from 64K to 1G",
                    "write, for example, --sensor ebpf=ring:64M");
        }
        return (int) size;
    }

    private static long bytes(String text) {
        int digits = 0;
        while (digits < text.length() && digits < 10 && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0) {
            return 0;
        }
        long number = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits)) {
            case "" -> number;
            case "K" -> number << 10;
            case "M" -> number << 20;
            case "G" -> number << 30;
            default -> 0;
        };
    }
}
