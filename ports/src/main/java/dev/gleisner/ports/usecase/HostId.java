package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Hmac;
import dev.gleisner.ports.HostView;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Names hosts in records. */
public final class HostId {
    private static final String UNKNOWN = "https://gleisner.dev/host/unknown";
    private static final String PREFIX = "https://gleisner.dev/host/v1/";
    private static final byte[] PURPOSE = "gleisner host v1".getBytes(StandardCharsets.US_ASCII);
    private static final int SHOWN_BYTES = 16;

    private HostId() {}

    /**
     * The host's URI: the same in all of its records, and nobody who does not know the machine id can tell which host
     * it is. Made as the manual asks of who uses that id: HMAC-SHA-256 of a constant of ours, under the id.
     *
     * @spec https://www.freedesktop.org/software/systemd/man/latest/machine-id.html machine-id(5)
     */
    public static String of(HostView host) {
        Optional<String> id = host.machineId();
        if (id.isEmpty()) {
            return UNKNOWN;
        }
        byte[] mac = new Hmac(id.get().getBytes(StandardCharsets.US_ASCII)).of(PURPOSE);
        return PREFIX + HexFormat.of().formatHex(mac, 0, SHOWN_BYTES);
    }
}
