package io.holdfast.engine.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.postgres.Databases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class UnixSocketFactoryTest {
    /** A read that may fill what is left of a long row allocates as much, each time. */
    @Test
    void aReadIsBoundedHoweverLongTheRowIs() throws IOException {
        byte[] row = new byte[3 * UnixSocketFactory.LONGEST_READ];
        try (InputStream in = new UnixSocketFactory.BoundedReads(new ByteArrayInputStream(row))) {
            assertThat(in.read(row, 0, row.length)).isEqualTo(UnixSocketFactory.LONGEST_READ);
        }
    }

    @Test
    void socketsOfAServersAddressReadSo() throws IOException {
        String path =
                Databases.server().host() + "/.s.PGSQL." + Databases.server().port();
        try (Socket socket = new UnixSocketFactory(path).createSocket()) {
            socket.connect(new InetSocketAddress("localhost", Databases.server().port()));

            assertThat(socket.getInputStream()).isInstanceOf(UnixSocketFactory.BoundedReads.class);
        }
    }
}
