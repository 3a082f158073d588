package io.holdfast.engine.d1;

/** Copies are files that become D1 databases when they get their names. */
class D1TargetContractTest extends D1Contract {
    D1TargetContractTest() {
        super(RestoreTarget.D1);
    }
}
