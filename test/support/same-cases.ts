import fc from 'fast-check';

/**
 * The suite tries the same random cases every time, so that it fails for what was changed and not for its luck. A soak
 * (`MAILFERRY_SOAK_RUNS=5000 npm run soak`) tries others every time.
 */
if (process.env['MAILFERRY_SOAK_RUNS'] === undefined) fc.configureGlobal({ seed: 20_260_714 });
