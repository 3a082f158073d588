package io.holdfast.eventing.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.AllowedDestination;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundRulesTest {
    private static final PlatformEndpoint VAULT = new PlatformEndpoint("the vault", "s3", 9000);
    private static final PlatformEndpoint SERVICE = new PlatformEndpoint("backup-service", "127.0.0.1", 8081);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "224.0.0.1",
            })
    void linkLocalAndMetadataAddressesAreRefusedInEveryForm(String address) throws Exception {
        assertThat(refusal("portal.example", 80, InetAddress.getByName(address)))
                .isPresent();
    }

    @Test
    void aMappedAddressThatStaysIpv6IsRefused() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(InetAddress.getByName("169.254.169.254").getAddress(), 0, mapped, 12, 4);

        assertThat(refusal("portal.example", 80, Inet6Address.getByAddress(null, mapped, -1)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata.google.internal", "METADATA.google.internal.", "metadata", "instance-data"})
    void metadataNamesAreRefusedWhateverTheirAddress(String host) throws Exception {
        assertThat(refusal(host, 80, InetAddress.getByName("10.0.0.1"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "192.168.0.1", "fd00::1", "::1", "203.0.113.5", "2001:db8::1"})
    void otherAddressesArePermittedAlsoPrivateOnes(String address) throws Exception {
        assertThat(refusal("db.example", 5432, InetAddress.getByName(address))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "x.example, 8081, 127.0.0.1",
        "x.example, 8081, 127.0.0.2",
        "x.example, 8081, ::1",
        "x.example, 8081, 0.0.0.0",
        "x.example, 8081, 192.0.2.77",
        "x.example, 9000, 10.0.0.9",
        "S3., 9000, 10.9.9.9",
    })
    void thePlatformsOwnPortsAreRefusedByEveryAddressOfTheirMachine(String host, int port, String address)
            throws Exception {
        assertThat(refusal(host, port, InetAddress.getByName(address)).orElseThrow())
                .contains("the platform itself");
    }

    @ParameterizedTest
    @CsvSource({
        "x.example, 169.254.10.0/24, 80, 169.254.10.7, true",
        "x.example, 169.254.10.0/24, 80, 169.254.11.7, false",
        "x.example, x.example, 80, 169.254.10.7, true",
        "y.example, x.example, 80, 169.254.10.7, false",
        "x.example, x.example:80, 80, 169.254.10.7, true",
        "x.example, x.example:80, 81, 169.254.10.7, false",
        "x.example, 127.0.0.1:8081, 8081, 127.0.0.1, true",
        "x.example, '[fe80::1]:80', 80, fe80::1, true",
        "x.example, fe80::/10, 80, fe80::1, true",
        "x.example, 169.254.10.0/24, 80, ::ffff:169.254.10.7, true",
    })
    void anAllowedDestinationIsPermitted(String host, String allowed, int port, String address, boolean permitted)
            throws Exception {
        OutboundRules rules = rules(List.of(AllowedDestination.parse(allowed)));

        assertThat(rules.refusal(host, port, InetAddress.getByName(address)).isEmpty())
                .isEqualTo(permitted);
    }

    private static Optional<String> refusal(String host, int port, InetAddress address) throws UnknownHostException {
        return rules(List.of()).refusal(host, port, address);
    }

    private static OutboundRules rules(List<AllowedDestination> allowed) throws UnknownHostException {
        InetAddress own = InetAddress.getByName("192.0.2.77");
        return new OutboundRules(
                allowed,
                Map.of(
                        VAULT, List.of(InetAddress.getByName("10.0.0.9")),
                        SERVICE, List.of(InetAddress.getByName("127.0.0.1"))),
                own::equals);
    }
}
