package io.holdfast.engine.d1;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract of every engine on workerd; only with the profile {@code workerd}. */
@EnabledIfSystemProperty(named = Workerd.FOLDER, matches = ".+")
class WorkerdContractTest {
    private static Workerd workerd;

    @BeforeAll
    static void start() {
        workerd = Workerd.start();
    }

    @AfterAll
    static void stop() {
        workerd.close();
    }

    abstract static class OnWorkerd extends D1Contract {
        OnWorkerd(RestoreTarget target) {
            super(target);
        }

        @Override
        D1Api open(Path directory) {
            return workerd;
        }

        @Override
        void close(D1Api used) {
            // it serves the next test, too
        }
    }

    @Nested
    class Source extends OnWorkerd {
        Source() {
            super(RestoreTarget.SQLITE);
        }
    }

    @Nested
    class Target extends OnWorkerd {
        Target() {
            super(RestoreTarget.D1);
        }
    }
}
