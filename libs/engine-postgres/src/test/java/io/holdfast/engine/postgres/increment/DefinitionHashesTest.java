package io.holdfast.engine.postgres.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionHashesTest {
    private static final Map<String, String> OBJECTS = Map.of("relation a.b", "1", "type a.c", "2");

    private final List<String> reading = new ArrayList<>(List.of(ConnectionFactory.PINNED));

    private String digest(Map<String, String> objects) {
        return new DefinitionHashes(reading, BackupScope.everything(), objects).ofOthers();
    }

    @Test
    void settingsAndCommandsThatReadTablesCount() {
        reading.addAll(CopyOutReader.commands());
        assertThat(digest(OBJECTS)).isEqualTo(new DefinitionHashes(BackupScope.everything(), OBJECTS).ofOthers());

        for (int i = 0; i < reading.size(); i++) {
            String before =
                    reading.set(i, reading.get(i).replace("; SET jit = off", "").replace("COPY", "COPY BINARY"));
            assertThat(reading.get(i)).isNotEqualTo(before);
            assertThat(digest(OBJECTS))
                    .isNotEqualTo(new DefinitionHashes(BackupScope.everything(), OBJECTS).ofOthers());
            reading.set(i, before);
        }
    }

    @Test
    void definitionsOfRelationsCountForTheirTablesOnly() {
        assertThat(digest(Map.of("relation a.b", "3", "type a.c", "2"))).isEqualTo(digest(OBJECTS));
        assertThat(digest(Map.of("relation a.b", "1", "type a.c", "3"))).isNotEqualTo(digest(OBJECTS));
    }
}
