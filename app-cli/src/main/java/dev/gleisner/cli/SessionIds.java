package dev.gleisner.cli;

import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** Names for sessions: sortable by time, and never the same twice. */
public final class SessionIds {
    private SessionIds() {}

    /** A fresh one, such as {@code 20261122T101530Z-8f3a9c21}. */
    public static String next() {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        StringBuilder id = new StringBuilder(32);
        pad(now.getYear(), 1000, id);
        pad(now.getMonthValue(), 10, id);
        pad(now.getDayOfMonth(), 10, id);
        id.append('T');
        pad(now.getHour(), 10, id);
        pad(now.getMinute(), 10, id);
        pad(now.getSecond(), 10, id);
        return id.append("Z-").append(HexFormat.of().formatHex(random)).toString();
    }

    private static void pad(int value, int power, StringBuilder out) {
        for (int bound = power; bound > 1 && value < bound; bound /= 10) {
            out.append('0');
        }
        out.append(value);
    }
}
