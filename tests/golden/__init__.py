"""Golden logs of models hold where they are computed with the common code; numpy isn't loaded yet."""

from simdyhpo.arithmetic import use_portable

use_portable()
