package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenFilesTest {

    @TestFactory
    Stream<DynamicTest> whatIsReadIsWrittenAgainTheSame() {
        return tests(type -> {
            Event event = Contract.goldenEvent(type);

            assertThat(Contract.tree(Contract.JSON.writeValueAsString(event))).isEqualTo(Contract.goldenTree(type));
            assertThat(Contract.event(type, Contract.JSON.writeValueAsString(event)))
                    .isEqualTo(event);
        });
    }

    @TestFactory
    Stream<DynamicTest> aFieldThatIsAddedLaterIsNoHindrance() {
        return tests(type -> {
            ObjectNode later = (ObjectNode) Contract.goldenTree(type);
            later.putObject("addedLater").put("deep", true);

            assertThat(Contract.event(type, later.toString())).isEqualTo(Contract.goldenEvent(type));
        });
    }

    private static Stream<DynamicTest> tests(Check check) {
        return Contract.types().stream()
                .map(type -> DynamicTest.dynamicTest(Contract.fileOf(type), () -> check.on(type)));
    }

    private interface Check {
        void on(Class<? extends Event> type) throws Exception;
    }
}
