package io.holdfast.engine.d1;

/** Copies are SQLite files. */
class D1ContractTest extends D1Contract {
    D1ContractTest() {
        super(RestoreTarget.SQLITE);
    }
}
