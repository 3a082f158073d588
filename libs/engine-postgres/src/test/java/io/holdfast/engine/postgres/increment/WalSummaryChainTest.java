package io.holdfast.engine.postgres.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.postgres.increment.WalSummaryChain.Summary;
import io.holdfast.engine.rows.BlockRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalSummaryChainTest {
    private static final Summary A = new Summary(100, 200);
    private static final Summary B = new Summary(200, 300);
    private static final Summary C = new Summary(300, 400);

    @Test
    void allSummariesThatCoverARangeAreFoundInAnyOrder() {
        WalSummaryChain chain = new WalSummaryChain(List.of(C, A, B));

        assertThat(chain.covering(250, 400)).containsExactly(B, C);
        assertThat(chain.covering(200, 201)).containsExactly(B);
        assertThat(chain.covering(199, 201)).containsExactly(A, B);
        assertThat(chain.covering(100, 400)).containsExactly(A, B, C);
    }

    @Test
    void aGapAndMissingEndsCoverNothing() {
        assertThat(new WalSummaryChain(List.of(A, C)).covering(150, 350)).isEmpty();
        assertThat(new WalSummaryChain(List.of(A, B)).covering(99, 150)).isEmpty();
        assertThat(new WalSummaryChain(List.of(A, B)).covering(150, 301)).isEmpty();
        assertThat(new WalSummaryChain(List.of()).covering(1, 2)).isEmpty();
    }

    @Test
    void overlappingSummariesLeaveNoGap() {
        Summary longer = new Summary(100, 350);

        assertThat(new WalSummaryChain(List.of(A, longer, C)).covering(150, 400))
                .containsExactly(A, longer, C);
    }

    @Test
    void theFirstEndThatIsNotBeforeAPosition() {
        WalSummaryChain chain = new WalSummaryChain(List.of(C, A, B));

        assertThat(chain.endAfter(200)).hasValue(200);
        assertThat(chain.endAfter(201)).hasValue(300);
        assertThat(chain.endAfter(401)).isEmpty();
    }

    @Test
    void positionsAreBytes() {
        assertThat(WalPosition.parse("2/3A000028")).isEqualTo(0x23A000028L);
        assertThat(WalPosition.text(0x23A000028L)).isEqualTo("2/3a000028");
    }

    @Test
    void aChangedBlockTouchesOnlyRangesWithItsUnit() {
        ChangedBlocks changed = new ChangedBlocks(16);
        changed.changed(5, 2);

        assertThat(changed.touch(5, new BlockRange(32, 48))).isTrue();
        assertThat(changed.touch(5, new BlockRange(16, 32))).isFalse();
        assertThat(changed.touch(5, new BlockRange(48, 64))).isFalse();
        assertThat(changed.touch(5, new BlockRange(16, BlockRange.OPEN))).isTrue();
        assertThat(changed.touch(5, new BlockRange(48, BlockRange.OPEN))).isFalse();
        assertThat(changed.touch(5, null)).isTrue();
        assertThat(changed.touch(6, null)).isFalse();
    }

    @Test
    void aReplacedFileOrDatabaseIsTouchedEverywhere() {
        ChangedBlocks changed = new ChangedBlocks(16);
        changed.replaced(5);
        assertThat(changed.touch(5, new BlockRange(0, 16))).isTrue();
        assertThat(changed.touch(6, null)).isFalse();

        changed.replaced(0);

        assertThat(changed.touch(6, null)).isTrue();
    }
}
