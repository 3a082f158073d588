package io.holdfast.cli.local;

import io.holdfast.devstack.d1.D1Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * A stand-in for Cloudflare D1 on the loopback address, with one database: a portal of 13 tables and 20,000 rows. Its rows outlive
 * it; its tokens and its history do not.
 */
public final class SampleD1 implements AutoCloseable {
    public static final String SOURCE = "portal-d1";

    private static final String ID = "0197f0c4-6a2e-4b1c-9d55-0b6d4d2f1a77";

    private final D1Server server;
    private final Path restored;
    private final String readToken;
    private final String editToken;

    private SampleD1(D1Server server, Path restored) {
        this.server = server;
        this.restored = restored;
        this.readToken = server.token(D1Server.Right.READ);
        this.editToken = server.token(D1Server.Right.WRITE);
    }

    /** @param folder of its files, and of what is restored from it */
    public static SampleD1 start(Path folder) throws IOException, SQLException {
        Path restored = Files.createDirectories(folder.resolve("restored"));
        D1Server server = D1Server.start(folder.resolve("databases"));
        boolean complete = false;
        try {
            if (!server.open(ID, SOURCE) || isEmpty(server.file(ID))) {
                server.sql(ID, script());
            }
            server.keepHistory(ID, true);
            complete = true;
            return new SampleD1(server, restored);
        } finally {
            if (!complete) {
                server.close();
            }
        }
    }

    /** An earlier start ended before its rows were there. */
    private static boolean isEmpty(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = 'clients'")) {
            return !found.next();
        }
    }

    private static String[] script() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SampleD1.class.getResourceAsStream("/io/holdfast/cli/demo/portal-d1.sql"), "portal-d1.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toArray(String[]::new);
        }
    }

    public URI endpoint() {
        return server.endpoint();
    }

    String url() {
        return "d1://" + D1Server.ACCOUNT + "/" + ID;
    }

    Path restored() {
        return restored;
    }

    String readToken() {
        return readToken;
    }

    String editToken() {
        return editToken;
    }

    @Override
    public void close() {
        server.close();
    }
}
