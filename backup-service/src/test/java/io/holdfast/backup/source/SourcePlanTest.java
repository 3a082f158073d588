package io.holdfast.backup.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SourcePlanTest {
    private static final SourceConfig PLAIN = Sources.config("");
    private static final SourceRow PORTAL = row("portal", false);
    private static final SourceRow SHOP = row("shop", false);
    private static final SourceRow OLD = row("old", true);

    @Test
    void sourcesWithoutAnIdHaveTheRowOfTheirName() {
        SourcePlan plan = plan(Sources.of("portal", PLAIN, "fresh", PLAIN));

        assertThat(plan.known()).containsOnlyKeys("portal").containsValue(PORTAL);
        assertThat(plan.added()).containsExactly("fresh");
        assertThat(plan.left()).containsExactly(SHOP, OLD);
    }

    @Test
    void aRetiredSourceComesBackUnderItsName() {
        assertThat(plan(Sources.of("old", PLAIN)).known()).containsEntry("old", OLD);
    }

    @Test
    void aRenamedSourceKeepsItsRowAndItsFormerNameIsFreeForANewOne() {
        SourcePlan plan = plan(Sources.of("store", Sources.withId(SHOP.id()), "shop", PLAIN, "portal", PLAIN));

        assertThat(plan.known()).containsEntry("store", SHOP).containsEntry("portal", PORTAL);
        assertThat(plan.added()).containsExactly("shop");
        assertThat(plan.left()).containsExactly(OLD);
    }

    @Test
    void twoSourcesMaySwapTheirNames() {
        SourcePlan plan = plan(Sources.of("portal", Sources.withId(SHOP.id()), "shop", Sources.withId(PORTAL.id())));

        assertThat(plan.known()).containsEntry("portal", SHOP).containsEntry("shop", PORTAL);
        assertThat(plan.added()).isEmpty();
    }

    @Test
    void aNameOfAnotherRowIsRefused() {
        refused(Sources.of("portal", Sources.withId(UUID.randomUUID())), "portal");
        refused(Sources.of("portal", Sources.withId(SHOP.id())), "portal");
        refused(Sources.of("old", Sources.withId(SHOP.id())), "is retired");
    }

    private static void refused(Map<String, SourceConfig> configured, String text) {
        assertThatThrownBy(() -> plan(configured))
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.CONFIG_INVALID))
                .hasMessageContaining(text);
    }

    private static SourcePlan plan(Map<String, SourceConfig> configured) {
        return SourcePlan.of(List.of(PORTAL, SHOP, OLD), configured);
    }

    private static SourceRow row(String name, boolean retired) {
        return new SourceRow(
                UUID.randomUUID(), name, "postgres", null, retired ? Instant.parse("2026-01-15T12:00:00Z") : null);
    }
}
