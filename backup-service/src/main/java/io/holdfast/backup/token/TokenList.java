package io.holdfast.backup.token;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Tokens and their last use. Calls block. */
@ApplicationScoped
class TokenList {
    private static final String ALL = """
            select t.id, t.name, t.roles, t.sources, t.environments, t.expires_at, t.created_by, t.created_at,
                   t.revoked_by, t.revoked_at, u.last_used_at
            from access_token t left join credential_use u on u.credential = cast(t.id as text)
            order by t.created_at desc, t.id""";

    private final DataSource database;

    TokenList(DataSource database) {
        this.database = database;
    }

    /** The newest first, revoked ones too. */
    List<TokenView> all() {
        try (Connection connection = database.getConnection();
                var select = connection.prepareStatement(ALL);
                ResultSet row = select.executeQuery()) {
            List<TokenView> tokens = new ArrayList<>();
            while (row.next()) {
                tokens.add(view(row));
            }
            return tokens;
        } catch (SQLException e) {
            throw new IllegalStateException("the tokens cannot be read: " + e.getMessage(), e);
        }
    }

    /** When each credential was last used. */
    Map<String, Instant> lastUses() {
        try (Connection connection = database.getConnection();
                var select = connection.prepareStatement("select credential, last_used_at from credential_use");
                ResultSet row = select.executeQuery()) {
            Map<String, Instant> uses = new HashMap<>();
            while (row.next()) {
                uses.put(row.getString(1), row.getTimestamp(2).toInstant());
            }
            return uses;
        } catch (SQLException e) {
            throw new IllegalStateException("the uses of tokens cannot be read: " + e.getMessage(), e);
        }
    }

    private static TokenView view(ResultSet row) throws SQLException {
        return new TokenView(
                row.getString(1),
                row.getString(2),
                list(row.getString(3)),
                list(row.getString(4)),
                list(row.getString(5)),
                instant(row.getTimestamp(6)),
                row.getString(7),
                row.getTimestamp(8).toInstant(),
                row.getString(9),
                instant(row.getTimestamp(10)),
                instant(row.getTimestamp(11)));
    }

    private static List<String> list(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(",", -1));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
