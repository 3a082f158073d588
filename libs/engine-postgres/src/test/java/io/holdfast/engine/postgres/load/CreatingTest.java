package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.Databases;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a database is made with, for servers that are not on this machine too. */
class CreatingTest {
    private final PostgresTargetServer target =
            new PostgresTargetServer(Databases.server(), PasswordSupplier.none(), "loader", Databases.TOOLS);

    private static DatabaseDescriptor shape() {
        try (Snapshot snapshot = Databases.open(Databases.fresh())) {
            return snapshot.shape();
        }
    }

    private static DatabaseDescriptor with(DatabaseDescriptor shape, String component, String value)
            throws ReflectiveOperationException {
        List<Class<?>> types = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (RecordComponent each : DatabaseDescriptor.class.getRecordComponents()) {
            types.add(each.getType());
            values.add(
                    each.getName().equals(component)
                            ? value
                            : each.getAccessor().invoke(shape));
        }
        return DatabaseDescriptor.class
                .getDeclaredConstructor(types.toArray(Class<?>[]::new))
                .newInstance(values.toArray());
    }

    @Test
    void rulesOfACollationAreGivenToServersThatKnowThem() throws ReflectiveOperationException {
        DatabaseDescriptor icu = with(with(shape(), "localeProvider", "icu"), "locale", "en");
        DatabaseDescriptor ruled = with(icu, "icuRules", "&a < 'b'");

        assertThat(target.createSql("d", icu, 16, Set.of())).endsWith(" LOCALE_PROVIDER icu ICU_LOCALE 'en'");
        assertThat(target.createSql("d", ruled, 15, Set.of())).endsWith(" LOCALE_PROVIDER icu ICU_LOCALE 'en'");
        assertThat(target.createSql("d", ruled, 16, Set.of()))
                .endsWith(" LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '&a < ''b'''");
    }

    @Test
    void aServerThatKnowsNoRulesOfCollationsHasNone() {
        assertThat(shape().icuRules()).isNull();
    }
}
