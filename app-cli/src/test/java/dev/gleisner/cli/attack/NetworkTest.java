package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;

/** The network is shared or there is none. */
class NetworkTest {
    @Attack("E16")
    void e16AnEmptyAllowListReachesNothing(Who who) throws IOException {
        try (Site site = Site.of(who);
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(server.getLocalPort());
            String profile = FilesTest.profile(site, "[network]\ndefault = \"deny\"\nallow_domains = []\n")
                    .toString();
            site.program("attack");
            for (String address : new String[] {"127.0.0.1", "169.254.169.254", "8.8.8.8"}) {
                Answers inside = Answers.of(
                        site.gleisner("wrap", "--profile", profile, "--", "./attack", "connect", address, port)
                                .run());
                inside.failed("connect", "fastopen", "mptcp");
                if (!address.equals("127.0.0.1")) {
                    inside.failed("udp"); // the sandbox has a loopback of its own, where nobody listens
                }
            }
            site.attackPlainly("connect", "127.0.0.1", port).worked("socket", "connect");
            Answers.of(site.gleisner("wrap", "--share-network", "--", "./attack", "connect", "127.0.0.1", port)
                            .run())
                    .worked("connect")
                    .failed("mptcp");
        }
    }

    /** Names are not resolved once and let through as addresses: with names in the profile still nothing leaves. */
    @Attack("W7")
    void w7NamesInAProfileLetNoPacketOut(Who who) throws IOException {
        try (Site site = Site.of(who);
                DatagramSocket dns = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            dns.setSoTimeout(700);
            site.program("attack");
            String port = Integer.toString(dns.getLocalPort());
            Result result = site.gleisner(
                            "wrap",
                            "--",
                            "sh",
                            "-c",
                            "getent hosts api.anthropic.com; ./attack connect 127.0.0.1 " + port)
                    .run();
            assertThat(result.err()).contains("no network");
            Answers.of(result).failed("connect", "fastopen");
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> dns.receive(packet)))
                    .isInstanceOf(SocketTimeoutException.class);
            site.attackPlainly("connect", "127.0.0.1", port).worked("udp");
            dns.receive(packet);
            assertThat(packet.getLength()).isEqualTo(1);
        }
    }
}
