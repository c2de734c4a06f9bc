import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type { Declarations } from '../adapters/adapter.js';
import type { ServiceStage } from '../service-role/service-stage.js';
import type { Stage } from '../stage/trial.js';
