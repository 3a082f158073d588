package io.holdfast.backup.token;

import io.holdfast.contracts.AccessEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The addresses whose tokens a service no longer checks, because it refused too many of them. Kept beside the uses of tokens,
 * under the address instead of a token.
 */
@ApplicationScoped
public class RefusedAddresses {
    private static final String PREFIX = "address:";
    private static final String RECORD = """
            insert into credential_use (credential, service, last_used_at) values (:credential, :service, :at)
            on conflict (credential) do update set service = excluded.service, last_used_at = excluded.last_used_at
            where credential_use.last_used_at < excluded.last_used_at""";
    private static final String FORGET = "delete from credential_use where credential like ? and last_used_at < ?";
    private static final String ALL = """
            select credential, service from credential_use where credential like ? order by last_used_at desc""";
    private static final int TOO_MANY_REQUESTS = 429;

    private final DataSource database;

    RefusedAddresses(DataSource database) {
        this.database = database;
    }

    /** @param service that refused its tokens last */
    public record RefusedAddress(String address, String service) {}

    /** Has no effect if the calls were refused for another reason. */
    Uni<Void> record(Mutiny.Session session, AccessEvent.Refused refused) {
        if (refused.status() != TOO_MANY_REQUESTS || !refused.operation().equals(AccessEvent.AUTHENTICATION)) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(RECORD)
                .setParameter("credential", PREFIX + refused.address())
                .setParameter("service", refused.service())
                .setParameter("at", refused.refusedAt().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Returns the addresses that were refused at this time or later, the latest first, and forgets all others. Blocks. */
    public List<RefusedAddress> since(Instant time) throws SQLException {
        try (Connection connection = database.getConnection()) {
            try (var forget = connection.prepareStatement(FORGET)) {
                forget.setString(1, PREFIX + "%");
                forget.setTimestamp(2, Timestamp.from(time));
                forget.executeUpdate();
            }
            try (var select = connection.prepareStatement(ALL)) {
                select.setString(1, PREFIX + "%");
                List<RefusedAddress> found = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(new RefusedAddress(row.getString(1).substring(PREFIX.length()), row.getString(2)));
                    }
                }
                return found;
            }
        }
    }
}
