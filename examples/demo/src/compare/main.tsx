import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../style.css';
import './compare.css';
import { ComparePage } from './compare-page';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ComparePage />
  </StrictMode>,
);
