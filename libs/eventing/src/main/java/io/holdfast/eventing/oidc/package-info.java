/** Access tokens of an OpenID Connect provider: they identify persons. */
@NullMarked
package io.holdfast.eventing.oidc;

import org.jspecify.annotations.NullMarked;
