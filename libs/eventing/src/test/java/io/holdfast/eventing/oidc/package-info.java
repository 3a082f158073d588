@NullMarked
package io.holdfast.eventing.oidc;

import org.jspecify.annotations.NullMarked;
